# look-as-root.sh SCRIPT OWN_DROP_IN STATE MARK
# Runs SCRIPT as root where that needs no password, else as the user, and tells it which.
if [ "$(id -u)" = 0 ]; then
  exec sh -c "$1" look user "$2" "$3" "$SSH_CONNECTION" "$4"
elif ! command -v sudo > /dev/null; then
  exec sh -c "$1" look "there is no sudo" "$2" "$3" "$SSH_CONNECTION" "$4"
elif why=$(LC_ALL=C sudo -n true 2>&1); then
  exec sudo -n -- sh -c "$1" look sudo "$2" "$3" "$SSH_CONNECTION" "$4"
else
  exec sh -c "$1" look "${why:-sudo refuses}" "$2" "$3" "$SSH_CONNECTION" "$4"
fi
