# reach.sh SECONDS (HOST PORT)...
# Tries TCP connections, all at once; of each a line "reach INDEX EXIT WORDS": 0 it came about, 124 it
# took longer than SECONDS, 127 there is nothing to try with, else it failed with WORDS.
LC_ALL=C
export LC_ALL
seconds=$1
shift

# All are run in the background and ended from outside: a tool's own limit, if any, leaves out the time
# that the resolver takes. exec makes $! the tool itself.
if command -v bash > /dev/null \
  && ! bash -c ': 3<> /dev/tcp/127.0.0.1/9' 2>&1 | grep -q 'No such file'; then
  try() { exec bash -c 'exec 3<> "/dev/tcp/$1/$2"' reach "$1" "$2"; }
elif command -v python3 > /dev/null; then
  try() {
    exec python3 -c '
import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2]))).close()
except OSError as error:
    sys.exit(str(error))
' "$1" "$2"
  }
elif command -v nc > /dev/null && nc -h 2>&1 | grep -q -e '-[a-zA-Z]*z'; then
  try() { exec nc -v -z "$1" "$2"; }
else
  try() {
    echo 'it has neither a bash that can connect nor python3 nor an nc with -z'
    exit 127
  }
fi

limited() {
  try "$1" "$2" &
  tool=$!
  # Nobody waits for what a watcher writes, and its sleep goes with it.
  (
    trap 'kill "$sleeping"; exit' TERM
    sleep "$seconds" &
    sleeping=$!
    wait "$sleeping"
    kill "$tool"
  ) > /dev/null 2>&1 &
  watcher=$!
  wait "$tool"
  code=$?
  { kill "$watcher" && wait "$watcher"; } 2> /dev/null
  # 128 and SIGTERM
  [ "$code" -ne 143 ] || code=124
  return "$code"
}

index=0
while [ $# -ge 2 ]; do
  (
    words=$(limited "$1" "$2" 2>&1)
    code=$?
    printf 'reach %s %s %s\n' "$index" "$code" "$(printf %s "$words" | tr '\n' ' ')"
  ) &
  index=$((index + 1))
  shift 2
done
wait
