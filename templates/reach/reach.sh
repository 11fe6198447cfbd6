# reach.sh SECONDS (HOST PORT)...
# Tries TCP connections, all at once; of each a line "HOST PORT EXIT WORDS": 0 it came about, 124 it took
# longer than SECONDS, anything else with the words of what was tried. 127: there is nothing to try with.
LC_ALL=C
export LC_ALL
seconds=$1
shift

if command -v timeout > /dev/null && command -v bash > /dev/null; then
  attempt() {
    timeout "$seconds" bash -c 'exec 3<> "/dev/tcp/$1/$2"' reach "$1" "$2"
  }
elif command -v python3 > /dev/null; then
  attempt() {
    python3 -c '
import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), float(sys.argv[3])).close()
except socket.timeout:
    sys.exit(124)
except OSError as error:
    sys.exit(str(error))
' "$1" "$2" "$seconds"
  }
else
  attempt() {
    echo 'neither bash and timeout nor python3 is there'
    return 127
  }
fi

while [ $# -ge 2 ]; do
  (
    words=$(attempt "$1" "$2" 2>&1)
    exit=$?
    printf '%s %s %s %s\n' "$1" "$2" "$exit" "$(printf %s "$words" | tr '\n' ' ')"
  ) &
  shift 2
done
wait
