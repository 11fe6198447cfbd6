# look.sh BY OWN_DROP_IN STATE SSH_CONNECTION
# Says what this server is, without changing anything. BY is how we run: user (that is root), sudo,
# or a reason why we are not root. OWN_DROP_IN is the file of ours that does not count, STATE the
# folder in which the person's own daemon.json is while ours is in place.
# Every line is NAME VALUE..., the values in hexadecimal: nothing on the host can look like a line.
LC_ALL=C
export LC_ALL
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
exec 2> /dev/null < /dev/null
unset DOCKER_HOST DOCKER_CONTEXT DOCKER_API_VERSION DOCKER_TLS_VERIFY DOCKER_CERT_PATH

hex() { od -An -v -tx1 | tr -d ' \n\t'; }
value() { printf %s "$1" | hex; }
say() {
  name=$1
  shift
  printf %s "$name"
  for each; do printf ' %s' "$(value "$each")"; done
  echo
}
# What a command writes, as one value.
tell() {
  name=$1
  shift
  printf '%s %s\n' "$name" "$("$@" | hex)"
}
limited() { if command -v timeout > /dev/null; then timeout 10 "$@"; else "$@"; fi; }
docker_here() { limited docker -H unix:///var/run/docker.sock "$@"; }

say root "$1"
say ssh "$4"
tell clock date +%s.%N
tell machine-id cat /etc/machine-id
tell hostname uname -n
tell architecture uname -m
if [ -e /etc/os-release ]; then tell os cat /etc/os-release; else tell os cat /usr/lib/os-release; fi
[ -d /run/systemd/system ] && say systemd
command -v apt-get > /dev/null && say apt

tell tcp cat /proc/net/tcp /proc/net/tcp6
tell ss ss -Hltnp
if command -v ip > /dev/null; then
  tell interfaces ip -o addr show
elif hostname -I > /dev/null; then
  tell addresses hostname -I
else
  tell trie cat /proc/net/fib_trie
  tell inet6 cat /proc/net/if_inet6
fi

if ufw status | grep -q '^Status: active' || grep -qi '^ENABLED=yes' /etc/ufw/ufw.conf; then
  say firewall ufw
elif firewall-cmd --state || [ "$(systemctl is-active firewalld.service)" = active ]; then
  say firewall firewalld
elif iptables -S INPUT | grep -Eq '^-P INPUT DROP|-j (DROP|REJECT)'; then
  say firewall iptables
elif nft list ruleset | awk '
  /^\t*chain/ { input = 0 }
  /hook input/ { input = 1 }
  input && /policy drop|drop$|reject/ { found = 1 }
  END { exit !found }'; then
  say firewall nftables
fi

property() { systemctl show docker.service --property "$1" | sed 's/^[^=]*=//'; }
data=/var/lib/docker
if [ "$(property LoadState)" = loaded ]; then
  say active "$(property ActiveState)"
  say enabled "$(property UnitFileState)"
  for file in $(property FragmentPath) $(property DropInPaths); do
    [ "$file" = "$2" ] || printf 'unit %s %s\n' "$(value "$file")" "$(hex < "$file")"
  done
  property EnvironmentFiles | sed 's/ (ignore_errors=[a-z]*)$//' | while read -r file; do
    case $file in
      "$3"/*) ;;
      *) tell environment cat "$file" ;;
    esac
  done
  if [ -e "$3/before" ]; then config=$3/before/daemon.json; else config=/etc/docker/daemon.json; fi
  [ -e "$config" ] && tell daemon.json cat "$config"
  command -v docker > /dev/null && say cli
  # Asking an engine that is stopped would start it, by its socket.
  if [ "$(property ActiveState)" = active ]; then
    tell version docker_here version --format '{{json .Server}}'
    tell info docker_here info --format '{{json .}}'
    root=$(docker_here info --format '{{.DockerRootDir}}')
    [ -d "$root" ] && data=$root
    running=$(docker_here ps --quiet --no-trunc)
    # One line each; what is not there any more is left out.
    [ -n "$running" ] && tell running docker_here inspect --format \
      '[{{json .Name}},{{json .HostConfig.RestartPolicy.Name}},{{json .HostConfig.AutoRemove}},{{json .Config.Labels}}]' \
      $running
  fi
fi
while [ ! -d "$data" ]; do data=$(dirname "$data"); done
tell free df -Pk "$data"
say end
