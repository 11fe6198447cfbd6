# restore.sh, after engine.sh
# Takes back what prepare.sh has done, in whole or in part. Exit code 3: the engine did not come up,
# and the journal is on standard output. Containers that do not start again are on standard output.
[ -e "$home" ] || [ -e "$drop_in" ] || exit 0
alone
ask_systemd
if [ -e "$state/before" ]; then
  # An engine that does not answer is no reason to leave our files.
  if [ -e "$state/restart-due" ] || [ -e "$drop_in" ] || [ -e "$state/ours" ]; then
    note_running || rm -f "$state/running.new"
    : > "$state/restart-due"
  fi
  rm -f "$drop_in.swarmctl" "$daemon_json.swarmctl"
  take_back
  if [ -e "$state/restart-due" ]; then
    if ! engine_back; then
      journal
      exit 3
    fi
    rm -f "$state/restart-due"
  fi
  start_again
else
  rm -f "$drop_in"
fi
rm -rf "$home"
exit 0
