# Says which addresses can be connected to from here: `reached HOST PORT`, a line each.
# arguments: HOST PORT [HOST PORT …]
connect() {
  if command -v bash > /dev/null; then
    timeout 5 bash -c 'exec 3<> "/dev/tcp/$1/$2"' connect "$1" "$2" 2> /dev/null
  else
    nc -z -w 5 "$1" "$2" 2> /dev/null
  fi && echo "reached $1 $2"
}
while [ $# -ge 2 ]; do
  connect "$1" "$2" &
  shift 2
done
wait
exit 0
