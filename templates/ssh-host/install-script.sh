# install-script.sh URL, after engine.sh
# Installs the Docker Engine by a script from the web, run as root.
mkdir -p "$state"
chmod 700 "$state"
packages() { dpkg-query --show --showformat '${db:Status-Abbrev}${Package}\n' | sed -n 's/^ii *//p' | sort; }
has_dpkg() { command -v dpkg-query > /dev/null; }

script=$(mktemp) || exit 1
trap 'rm -f "$script" "$script.log"' EXIT
if command -v curl > /dev/null; then
  curl --fail --silent --show-error --location --output "$script" "$1" >&2 || exit 1
elif command -v wget > /dev/null; then
  wget --no-verbose --output-document "$script" "$1" > "$script.log" 2>&1 || fail "$(tail -n 3 "$script.log")"
else
  fail "there is neither curl nor wget to download $1"
fi
[ -s "$script" ] || fail "$1 is empty"

: >> "$state/installed"
has_dpkg && [ ! -e "$state/packages" ] && packages > "$state/packages"
for folder in /var/lib/docker /var/lib/containerd /etc/docker; do
  [ -n "$(ls -A "$folder" 2> /dev/null)" ] || echo "$folder" >> "$state/made"
done
DEBIAN_FRONTEND=noninteractive sh "$script" > "$script.log" 2>&1 < /dev/null
code=$?
if has_dpkg; then
  packages > "$state/packages.new"
  sort "$state/packages.new" | comm -13 "$state/packages" - >> "$state/installed"
  rm -f "$state/packages" "$state/packages.new"
else
  echo "$1" > "$state/script"
fi
[ $code = 0 ] || fail "the script ended with exit code $code: $(tail -n 15 "$script.log")"
[ "$(property docker.service LoadState)" = loaded ] \
  || fail "the script brought no docker.service: $(tail -n 5 "$script.log")"
systemctl start docker.service || fail "docker.service does not start: journalctl --unit docker"
