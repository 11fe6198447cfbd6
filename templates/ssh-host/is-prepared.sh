# is-prepared.sh, after engine.sh
# Exit code 0 when the engine runs with the setup on standard input: lines of a name and a SHA-256,
# or "-" for a file that is not of ours.
expect() {
  if [ "$2" = - ]; then [ ! -e "$1" ]; else [ -f "$1" ] && [ "$(digest "$1")" = "$2" ]; fi
}
while read -r name sum; do
  case $name in
    drop-in) expect "$drop_in" "$sum" ;;
    environment) expect "$environment" "$sum" ;;
    daemon.json) if [ "$sum" = - ]; then [ ! -e "$state/ours" ]; else expect "$daemon_json" "$sum"; fi ;;
    digest) [ -f "$state/applied" ] && [ "$(cat "$state/applied")" = "$sum" ] ;;
    *) false ;;
  esac || exit 1
done
for name in ca cert key; do [ -s "$home/tls/engine/$name.pem" ] || exit 1; done
[ ! -e "$state/restart-due" ] && [ ! -e "$state/running" ] || exit 1
is_active docker.service
