# remove-engine.sh LABEL IMAGE..., after engine.sh and apt.sh
# Removes the engine that we installed. What it kept, and the configuration of its packages, go too if
# nothing but the volumes with the LABEL and the IMAGEs, which are ours, is there.
label=$1
shift
[ -e "$state/installed" ] || exit 0
alone
if [ -e "$state/script" ]; then
  fail "a script installed it ($(cat "$state/script")), which has to say how it is removed"
fi
packages=
while read -r name; do
  case $(dpkg-query --show --showformat '${db:Status-Abbrev}' "$name" 2> /dev/null) in
    '' | un*) ;;
    *) packages="$packages $name" ;;
  esac
done < "$state/installed"

others=unknown
volumes=
if is_active docker.service && containers=$(docker_here ps --all --format '{{.Names}} ({{.State}})'); then
  case $containers in
    *'(running)'*) fail "it runs containers that are not of swarmctl: $(echo "$containers" | grep '(running)' | tr '\n' ' ')" ;;
  esac
  ours=' '
  for image; do ours="$ours$(docker_here image inspect --format '{{.Id}}' "$image" 2> /dev/null) "; done
  volumes=$(docker_here volume ls --quiet --filter "label=$label")
  others=$containers$(docker_here volume ls --quiet | grep -vxF "${volumes:-/}")
  for image in $(docker_here images --quiet --no-trunc | sort -u); do
    case $ours in *" $image "*) ;; *) others="$others $image" ;; esac
  done
fi

if [ -n "$packages" ]; then
  # Purging Debian's docker.io empties /var/lib/docker, whoever's that is.
  if [ -z "$others" ]; then action=purge; else action=remove; fi
  # shellcheck disable=SC2086 # names of packages
  apt $action --simulate $packages || fail "$(complaints)"
  needed=$(echo "$words" | awk '$1 == "Purg" || $1 == "Remv" { print $2 }' | grep -vxFf "$state/installed")
  [ -z "$needed" ] || fail "other packages have come to need it: $(echo "$needed" | tr '\n' ' ')"
  # What stays for the next engine must not say that the host is still ours.
  # shellcheck disable=SC2086
  [ -z "$volumes" ] || docker_here volume rm $volumes > /dev/null
  # shellcheck disable=SC2086
  trap '' HUP INT TERM PIPE
  apt $action $packages || fail "$(complaints)"
fi
if [ -z "$others" ] && [ -e "$state/made" ]; then
  while read -r folder; do
    case $folder in
      # A configuration of the person's stays.
      /etc/docker) rm -f /etc/docker/key.json ;;
      *) find "$folder" -xdev -mindepth 1 -delete 2> /dev/null ;;
    esac
    rmdir "$folder" 2> /dev/null
  done < "$state/made"
fi
rm -f "$state/installed" "$state/made"
exit 0
