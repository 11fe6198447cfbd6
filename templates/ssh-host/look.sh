# look.sh BY OWN_DROP_IN STATE SSH_CONNECTION MARK
# Says what this server is, without changing anything. BY is how we run: user (that is root), sudo,
# or a reason why we are not root. OWN_DROP_IN is the file of ours that does not count, STATE the
# folder in which the person's own daemon.json is while ours is in place.
# What it says comes in parts, each after a line of MARK, a NAME and perhaps a value: nothing on the host
# can look like one, for MARK is new each time. As few programs are started as can be.
LC_ALL=C
export LC_ALL
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
exec 2> /dev/null < /dev/null
unset load active enabled fragment drop_ins environments
unset DOCKER_HOST DOCKER_CONTEXT DOCKER_API_VERSION DOCKER_TLS_VERIFY DOCKER_CERT_PATH

mark=$5
part() { printf '\n%s %s\n' "$mark" "$*"; }
say() { part "$1" && printf %s "$2"; }
# What a command writes.
tell() {
  part "$1"
  shift
  "$@"
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
[ -d /run/systemd/system ] && part systemd
command -v apt-get > /dev/null && part apt

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
elif firewall-cmd --state > /dev/null || [ "$(systemctl is-active firewalld.service)" = active ]; then
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

data=/var/lib/docker
newline='
'
# One question for all of them: each would take as long.
shown=$(systemctl show docker.service --property \
  LoadState,ActiveState,UnitFileState,FragmentPath,DropInPaths,EnvironmentFiles)
set -f
IFS=$newline
for line in $shown; do
  value=${line#*=}
  case $line in
    LoadState=*) load=$value ;;
    ActiveState=*) active=$value ;;
    UnitFileState=*) enabled=$value ;;
    FragmentPath=*) fragment=$value ;;
    DropInPaths=*) drop_ins=$value ;;
    # Older ones leave out the s.
    EnvironmentFiles=* | EnvironmentFile=*)
      environments=$environments$newline${value% (ignore_errors=*)}
      ;;
  esac
done
unset IFS
set +f
if [ "$load" = loaded ]; then
  say active "$active"
  say enabled "$enabled"
  [ -e "$2" ] && part own-drop-in
  for file in $fragment $drop_ins; do
    [ "$file" = "$2" ] || tell "unit $file" cat "$file"
  done
  IFS=$newline
  for file in $environments; do
    case $file in
      "$3"/*) ;;
      *) tell environment cat "$file" ;;
    esac
  done
  unset IFS
  if [ -e "$3/before" ]; then config=$3/before/daemon.json; else config=/etc/docker/daemon.json; fi
  [ -e "$config" ] && tell daemon.json cat "$config"
  command -v docker > /dev/null && part cli
  # Only where it may be elsewhere: the docker command takes longer than all of this. Asking an engine
  # that is stopped would start it, by its socket.
  if [ "$active" = active ] && grep -qE 'data-root|graph|[ ="]-g[ =/]' $fragment $drop_ins $environments "$config"; then
    root=$(docker_here info --format '{{.DockerRootDir}}')
    [ -d "$root" ] && data=$root
  fi
fi
while [ ! -d "$data" ]; do data=$(dirname "$data"); done
tell free df -Pk "$data"
part end
