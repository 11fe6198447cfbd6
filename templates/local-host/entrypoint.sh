#!/bin/sh
# Entrypoint of a local host: makes the container fit to run an engine, then becomes dockerd.
# Works with dash and busybox; arguments are those of dockerd.
set -eu

# The person's --engine-env, kept out of the container's own, visible environment.
if [ -f /etc/swarmctl/engine.env ]; then
  while IFS= read -r line; do
    export "${line?}"
  done < /etc/swarmctl/engine.env
fi

# Swarm 1.2.9 speaks API 1.31; engines from 29 on would refuse it.
export DOCKER_MIN_API_VERSION=1.24
export container=docker

mount --make-rshared / 2> /dev/null || true
if [ -d /sys/kernel/security ] && ! [ -e /sys/kernel/security/lsm ]; then
  mount -t securityfs none /sys/kernel/security 2> /dev/null || true
fi

if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
  # cgroup v2: a group with processes cannot hand controllers on, so they move into a child.
  mount -o remount,rw /sys/fs/cgroup 2> /dev/null || true
  mkdir -p /sys/fs/cgroup/init
  while read -r pid; do
    echo "$pid" > /sys/fs/cgroup/init/cgroup.procs 2> /dev/null || true
  done < /sys/fs/cgroup/cgroup.procs
  sed -e 's/ / +/g' -e 's/^/+/' /sys/fs/cgroup/cgroup.controllers \
    > /sys/fs/cgroup/cgroup.subtree_control || true
else
  # cgroup v1: without --privileged the hierarchies are mounted read-only.
  for hierarchy in $(mount -t cgroup | cut -d ' ' -f 3); do
    [ -w "$hierarchy/cgroup.procs" ] \
      || mount -o remount,rw,bind "$hierarchy" 2> /dev/null \
      || mount -o remount,rw "$hierarchy" 2> /dev/null \
      || true
  done
fi

# A kernel without nf_tables support still has the older interface.
if ! iptables -nL > /dev/null 2>&1 && command -v iptables-legacy > /dev/null; then
  mkdir -p /run/swarmctl/bin
  for tool in iptables ip6tables; do
    ln -sf "$(command -v "$tool-legacy")" "/run/swarmctl/bin/$tool"
  done
  export PATH="/run/swarmctl/bin:$PATH"
fi

# The first process of a container inherits what shims leave behind; dockerd would not reap it.
for init in docker-init tini; do
  if command -v "$init" > /dev/null; then
    exec "$init" -- dockerd "$@"
  fi
done
exec dockerd "$@"
