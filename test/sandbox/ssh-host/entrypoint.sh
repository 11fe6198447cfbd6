#!/bin/sh
# Makes a container fit for systemd, and the host what a test wants it to be:
#   AUTHORIZED_KEY   the public key that opens every account
#   WITHOUT_DOCKER   not empty: this host has no Docker
#   SSHD_OPTIONS     lines of sshd_config that win over the others
set -eu

for hierarchy in $(mount -t cgroup,cgroup2 | cut -d ' ' -f 3); do
  [ -w "$hierarchy/cgroup.procs" ] \
    || mount -o remount,rw,bind "$hierarchy" 2> /dev/null \
    || mount -o remount,rw "$hierarchy"
done

echo "${AUTHORIZED_KEY:-}" > /etc/ssh/authorized_keys
echo "${SSHD_OPTIONS:-}" > /etc/ssh/sshd_config.d/10-test.conf
ssh-keygen -A > /dev/null

if [ -n "${WITHOUT_DOCKER:-}" ]; then
  rm -f /usr/bin/docker* /usr/sbin/dockerd
  ln -sf /dev/null /etc/systemd/system/docker.service
  ln -sf /dev/null /etc/systemd/system/docker.socket
fi

# A kernel without nf_tables support still has the older interface.
if ! iptables -nL > /dev/null 2>&1; then
  update-alternatives --set iptables /usr/sbin/iptables-legacy > /dev/null
  update-alternatives --set ip6tables /usr/sbin/ip6tables-legacy > /dev/null
fi

# Not for the host's own environment.
unset AUTHORIZED_KEY SSHD_OPTIONS WITHOUT_DOCKER
exec /lib/systemd/systemd
