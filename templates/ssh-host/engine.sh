# engine.sh: what prepare.sh and restore.sh have in common. They run as root, and may be cut off at
# any line: whoever comes next goes on from what is in $state.
#   before/      what was there before us, complete as soon as the folder has this name
#   ours         digests of each daemon.json that we have written
#   restart-due  files were changed, and the engine has not been restarted since
#   running      containers that ran before the restart and do not come back by themselves
#   applied      digest of the setup with which the engine runs
set -u
umask 022
LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export LC_ALL PATH
unset DOCKER_HOST DOCKER_CONTEXT DOCKER_API_VERSION DOCKER_TLS_VERIFY DOCKER_CERT_PATH

home=/etc/swarmctl
state=$home/engine
drop_in=/etc/systemd/system/docker.service.d/zz-swarmctl.conf
drop_in_folder=${drop_in%/*}
environment=$state/environment
# From here on the journal is ours to tell.
since=$(date +%s)
# It may be a link; it stays one.
daemon_json=$(readlink -f /etc/docker/daemon.json) || daemon_json=/etc/docker/daemon.json

fail() {
  echo "$*" >&2
  exit 1
}
limited() { if command -v timeout > /dev/null; then timeout "$@"; else shift && "$@"; fi; }
docker_here() { DOCKER_CONFIG=/nonexistent limited 60 docker -H unix:///var/run/docker.sock "$@"; }
property() { systemctl show "$1" --property "$2" | sed 's/^[^=]*=//'; }
is_active() { [ "$(property "$1" ActiveState)" = active ]; }
digest() { sha256sum < "$1" | cut -d ' ' -f 1; }
same() { [ -f "$1" ] && [ -f "$2" ] && [ "$(digest "$1")" = "$(digest "$2")" ]; }
nap() { sleep 0.1 2> /dev/null || sleep 1; }

# A connection that broke may have left a script of ours at work. The lock leaves no file behind. What
# was known before may not be true any more when $queued is not empty.
alone() {
  queued=yes
  command -v flock > /dev/null || return 0
  exec 9< /etc
  flock -n 9 && queued= && return
  flock -w 300 9 || fail "another swarmctl has been at work on this host for five minutes"
}

# What systemd says of the engine, asked once, for `told NAME`: each question takes as long as all.
ask_systemd() {
  unit=$(systemctl show docker.service \
    --property LoadState,ActiveState,UnitFileState,MainPID,InvocationID,Type,Requires)
}
told() { printf '%s\n' "$unit" | sed -n "s/^$1=//p"; }
# Which process the engine is.
engine_process() { echo "$(told MainPID) $(told InvocationID)"; }

back_up() {
  [ -e "$state/before" ] && return
  rm -rf "$state/before.new"
  mkdir -p "$state/before.new"
  chmod 700 "$state"
  if [ -e "$daemon_json" ]; then
    cp -p "$daemon_json" "$state/before.new/daemon.json" || fail "cannot copy $daemon_json"
  fi
  [ -d /etc/docker ] && : > "$state/before.new/docker-folder"
  [ -d "$drop_in_folder" ] && : > "$state/before.new/drop-in-folder"
  told ActiveState > "$state/before.new/active"
  told UnitFileState > "$state/before.new/enabled"
  engine_process > "$state/before.new/process"
  mv "$state/before.new" "$state/before"
}
was() { [ "$(cat "$state/before/$1")" = "$2" ]; }

# Tasks of services are started again by whoever made them, and what is --rm is gone.
own_to_start='{{if index .Config.Labels "com.docker.swarm.task.id"}}-{{else if .HostConfig.AutoRemove}}-{{else}}{{.Id}}{{end}}'
note_running() {
  [ -e "$state/running" ] && return
  : > "$state/running.new"
  # Asking an engine that is stopped would start it, by its socket.
  if [ "$(told ActiveState)" = active ]; then
    ids=$(docker_here ps --quiet --no-trunc) || return
    for id in $ids; do
      docker_here inspect --format "$own_to_start" "$id" 2> /dev/null | grep -v '^-$' >> "$state/running.new"
    done
  fi
  mv "$state/running.new" "$state/running"
}

# Containers may need each other, so what fails is tried once more.
start_again() {
  [ -e "$state/running" ] || return
  for last in no yes; do
    while read -r id; do
      running=$(docker_here inspect --format '{{.State.Running}}' "$id" < /dev/null 2> /dev/null) || continue
      [ "$running" = true ] && continue
      if ! why=$(docker_here start "$id" < /dev/null 2>&1 > /dev/null) && [ $last = yes ]; then
        name=$(docker_here inspect --format '{{.Name}}' "$id" < /dev/null)
        echo "container ${name#/}: $(echo "$why" | head -n 1)"
      fi
    done < "$state/running"
  done
  rm -f "$state/running"
}

# The socket unit listens on while the engine is restarted, and whoever connects then waits: one job
# for both leaves no moment in which it would start the engine by itself.
restart_engine() {
  systemctl daemon-reload
  # Several restarts within a minute are no reason to give up.
  systemctl reset-failed docker.service docker.socket 2> /dev/null
  # A socket that does not listen yet cannot begin to while its service runs.
  case " $(told Requires) " in
    *' docker.socket '*) is_active docker.socket || limited 120 systemctl stop docker.service ;;
  esac
  limited 180 systemctl restart docker.service || return 1
  # Such a unit has said itself that it is ready, and listens.
  [ "$(told Type)" = notify ] && return
  waited=0
  until docker_here version --format '{{.Server.Version}}' > /dev/null 2>&1; do
    is_active docker.service || return 1
    waited=$((waited + 1))
    if [ $waited = 300 ]; then
      echo "it runs, but does not answer on /var/run/docker.sock"
      return 1
    fi
    nap
  done
}

journal() {
  journalctl --sync 2> /dev/null
  journalctl --no-pager --output cat --unit docker.service --since "@$since" | tail -n 60
}

daemon_json_back() {
  [ -e "$state/ours" ] || return 0
  before=$state/before/daemon.json
  if [ -e "$daemon_json" ] && ! same "$daemon_json" "$before" \
    && ! grep -qx "$(digest "$daemon_json")" "$state/ours"; then
    # Somebody has edited ours; what they wrote is kept.
    cp -p "$daemon_json" "$daemon_json.swarmctl-edited"
  fi
  if [ ! -e "$before" ]; then
    rm -f "$daemon_json"
  elif ! same "$daemon_json" "$before"; then
    cp -p "$before" "$daemon_json.swarmctl" && mv -f "$daemon_json.swarmctl" "$daemon_json" \
      || fail "cannot put back $daemon_json"
  fi
  rm -f "$state/ours"
}

take_back() {
  daemon_json_back
  rm -f "$drop_in" "$environment" "$state/applied"
  [ -e "$state/before/drop-in-folder" ] || rmdir "$drop_in_folder" 2> /dev/null
  [ -e "$state/before/docker-folder" ] || rmdir /etc/docker 2> /dev/null
  was enabled disabled && systemctl disable docker.service 2> /dev/null
  systemctl daemon-reload
}

# As it was: whether it runs, and with what. Not when it is the very process that it was.
engine_back() {
  ask_systemd
  [ "$(told LoadState)" = loaded ] || return 0
  if ! was active active; then
    if [ "$(told ActiveState)" = active ]; then limited 120 systemctl stop docker.service; fi
  elif [ "$(engine_process)" != "$(cat "$state/before/process")" ]; then
    restart_engine
  fi
}
