# look-at-docker.sh SOCKET
# What of Docker is here, a word per line.
[ -S "$1" ] && echo socket
[ -S "$1" ] && [ -r "$1" ] && [ -w "$1" ] && echo open
command -v docker > /dev/null && echo cli
command -v sudo > /dev/null && echo sudo
echo "user $(id -un)"
