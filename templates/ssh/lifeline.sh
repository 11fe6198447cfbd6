#!/bin/sh
# lifeline.sh FOLDER COMMAND...
# Becomes COMMAND, which ends as soon as our standard input does: whoever holds the other end has
# closed it or is dead, however that came about. FOLDER goes with it. A line on standard input says
# that COMMAND has ended by itself.
folder=$1
shift

# Ctrl-C in the terminal is for swarmctl, which still has to clean up through this connection.
trap '' INT QUIT HUP
exec 3<&0 < /dev/null

(
  trap '' TERM
  if read -r _ <&3; then
    rm -rf -- "$folder"
    exit
  fi
  # First: whoever waits for COMMAND takes its end for that of all of us.
  rm -rf -- "$folder"
  # Those that ssh started to reach a jump host do not always notice. Only Linux lists them in a
  # file; elsewhere all processes are gone through.
  if children=$(cat "/proc/$$/task/$$/children"); then
    for child in $children; do kill -TERM "$child"; done
  else
    pkill -TERM -P "$$"
  fi
  kill -TERM "$$"
) > /dev/null 2>&1 &

exec "$@" 3<&-
