# install-packages.sh, after engine.sh and apt.sh
# Installs the Docker Engine of the distribution. What is new with it is noted before it comes.
mkdir -p "$state"
chmod 700 "$state"

# A source that is gone is no reason to stop; what it was for is missed below.
apt update || update=$(complaints)

set -- docker.io iptables ca-certificates
# From Debian 13 on the command is a package of its own.
if apt-cache policy docker-cli | grep -Eq '^ *Candidate: [^(]'; then set -- "$@" docker-cli; fi

if ! apt install --simulate --no-install-recommends "$@"; then
  complaints >&2
  [ -z "${update:-}" ] || echo "$update" >&2
  exit 1
fi
# "Inst NAME (VERSION" is new, "Inst NAME [OLD] (VERSION" is not.
echo "$words" | awk '$1 == "Inst" && $3 !~ /^\[/ { print $2 }' >> "$state/installed"
sort -u -o "$state/installed" "$state/installed"
for folder in /var/lib/docker /var/lib/containerd /etc/docker; do
  [ -n "$(ls -A "$folder" 2> /dev/null)" ] || echo "$folder" >> "$state/made"
done

# Cut off here, dpkg would be left for somebody to repair.
trap '' HUP INT TERM PIPE
if ! apt install --no-install-recommends "$@"; then
  complaints >&2
  exit 1
fi
[ "$(property docker.service LoadState)" = loaded ] \
  || fail "docker.service is $(property docker.service LoadState) although Docker is installed: systemctl unmask docker"
systemctl start docker.service || fail "docker.service does not start: journalctl --unit docker"
