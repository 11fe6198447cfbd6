# prepare.sh, after engine.sh
# Gives the engine the setup on standard input, a line per file: its name and its content in base64,
# then "end". A file "idle" says that nothing runs on the engine. Exit code 3: the engine did not come
# up with the setup, everything is as it was, and the journal is on standard output. 4: nor did it come
# up as it was. Containers that do not start again are on standard output.
alone
ask_systemd
mkdir -p "$state" "$home/tls/engine"
chmod 700 "$state"

new=$state/new
rm -rf "$new"
mkdir -m 700 "$new"
umask 077
complete=
while read -r name content; do
  [ "$name" = end ] && complete=yes && break
  base64 -d > "$new/$name" << CONTENT || fail "cannot write $new/$name"
$content
CONTENT
done
umask 022
[ -n "$complete" ] || fail "the setup did not arrive as a whole"

back_up
pems='ca cert key'
changed=
same "$new/drop-in" "$drop_in" || changed=yes
for name in $pems; do same "$new/$name.pem" "$home/tls/engine/$name.pem" || changed=yes; done
if [ -e "$new/environment" ]; then
  same "$new/environment" "$environment" || changed=yes
elif [ -e "$environment" ]; then
  changed=yes
fi
if [ -e "$new/daemon.json" ]; then
  same "$new/daemon.json" "$daemon_json" || changed=yes
elif [ -e "$state/ours" ]; then
  changed=yes
fi

if [ -n "$changed" ]; then
  if [ -e "$new/idle" ] && [ -z "$queued" ] && [ ! -e "$state/running" ]; then : > "$state/running"; fi
  note_running || fail "the engine does not answer on its socket: systemctl status docker"
  : > "$state/restart-due"
  rm -f "$state/applied"
  for name in $pems; do mv -f "$new/$name.pem" "$home/tls/engine/$name.pem"; done
  if [ -e "$new/environment" ]; then mv -f "$new/environment" "$environment"; else rm -f "$environment"; fi
  # First the drop-in: without it a daemon.json of ours could open a port without TLS.
  mkdir -p "$drop_in_folder" /etc/docker
  cat "$new/drop-in" > "$drop_in.swarmctl" && chmod 644 "$drop_in.swarmctl" \
    && mv -f "$drop_in.swarmctl" "$drop_in" || fail "cannot write $drop_in"
  if [ -e "$new/daemon.json" ]; then
    digest "$new/daemon.json" >> "$state/ours"
    # With the owner and mode that the person's has.
    if [ -e "$daemon_json" ]; then cp -p "$daemon_json" "$daemon_json.swarmctl"; fi
    cat "$new/daemon.json" > "$daemon_json.swarmctl" && mv -f "$daemon_json.swarmctl" "$daemon_json" \
      || fail "cannot write $daemon_json"
  else
    daemon_json_back
  fi
fi
digest=$(cat "$new/digest")
rm -rf "$new"

was enabled disabled && systemctl enable docker.service 2> /dev/null
if [ -e "$state/restart-due" ] || [ "$(told ActiveState)" != active ]; then
  note_running || fail "the engine does not answer on its socket: systemctl status docker"
  if ! restart_engine; then
    journal
    take_back
    rm -f "$state/restart-due"
    engine_back || exit 4
    # What does not start is told on its own line, after the reason.
    start_again
    rm -rf "$state/before" "$home/tls/engine"
    rmdir "$home/tls" 2> /dev/null
    [ -e "$state/installed" ] || rmdir "$state" "$home" 2> /dev/null
    exit 3
  fi
  rm -f "$state/restart-due"
fi
printf '%s\n' "$digest" > "$state/applied"
start_again
exit 0
