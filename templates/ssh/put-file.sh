# put-file.sh PATH SIZE MODE OWNER
# Makes a file of the SIZE bytes on standard input: a reader sees the old file or the new one, and
# when the connection breaks the old one stays. OWNER may be empty.
set -eu
LC_ALL=C
export LC_ALL
path=$1

if [ -d "$path" ]; then
  echo "$path is a folder" >&2
  exit 1
fi
umask 022
mkdir -p -- "$(dirname -- "$path")"

umask 077
new=$path.swarmctl-$$
trap 'rm -f -- "$new"' EXIT
# PIPE: when the connection breaks, nobody reads what is said below, and the new file must go.
trap 'exit 1' HUP INT TERM PIPE
cat > "$new"
size=$(wc -c < "$new")
if [ "$size" -ne "$2" ]; then
  echo "only $size of $2 bytes arrived" >&2
  exit 1
fi
if [ -n "$4" ]; then chown -- "$4" "$new"; fi
chmod -- "$3" "$new"
# After a crash the name must not stand for an empty file.
sync -- "$new" 2> /dev/null || sync
mv -f -- "$new" "$path"
