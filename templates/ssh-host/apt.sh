# apt.sh: what install-packages.sh and remove-engine.sh have in common, after engine.sh.
# Exit code 75: somebody else holds a lock of apt or dpkg, and standard output says who.
DEBIAN_FRONTEND=noninteractive
# Other services are not restarted on this occasion.
NEEDRESTART_SUSPEND=1
export DEBIAN_FRONTEND NEEDRESTART_SUSPEND

apt() {
  words=$(apt-get --option DPkg::Lock::Timeout=0 --option Acquire::Retries=3 \
    --option Dpkg::Options::=--force-confdef --option Dpkg::Options::=--force-confold \
    --option Dpkg::Use-Pty=0 --quiet --assume-yes "$@" 2>&1 < /dev/null) && return 0
  if lock=$(echo "$words" | grep -m 1 -E 'Could not get lock|Unable to lock'); then
    echo "$lock"
    exit 75
  fi
  return 1
}

# What apt says when something is wrong, and nothing of what it says when it works.
complaints() { echo "$words" | grep -E '^(E|W|Err|dpkg|Errors|The following packages have unmet)|Depends:' || echo "$words" | tail -n 10; }
