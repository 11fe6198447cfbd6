#!/bin/sh
# Run once in the image: the accounts of a test host, named after what they may do.
set -eu

account() {
  useradd --create-home --shell "$1" "$2"
  # No password, yet not locked: sshd lets no locked account in.
  usermod --password '*' "$2"
}

account /bin/bash docker-member
account /bin/bash plain
account /bin/bash sudoer
account /bin/bash asked
account /usr/bin/fish fish-user
account /bin/tcsh csh-user
for member in docker-member fish-user csh-user; do usermod --append --groups docker "$member"; done

echo 'sudoer ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/test
# May use sudo, but only who knows the password.
echo 'asked ALL=(ALL) ALL' >> /etc/sudoers.d/test
chmod 0440 /etc/sudoers.d/test

cat > /etc/ssh/sshd_config.d/20-test.conf <<'CONF'
AuthorizedKeysFile /etc/ssh/authorized_keys
PasswordAuthentication no
KbdInteractiveAuthentication no
UseDNS no
MaxSessions 100
CONF

# Newer ones shut out who fails too often, and that is what tests do.
if /usr/sbin/sshd -G -o PerSourcePenalties=no > /dev/null 2>&1; then
  echo 'PerSourcePenalties no' >> /etc/ssh/sshd_config.d/20-test.conf
fi

# Every host makes its own.
rm -f /etc/ssh/ssh_host_* /etc/machine-id
: > /etc/machine-id

# Of no use in a container, and slow.
for unit in systemd-udevd.service systemd-udev-trigger.service systemd-timesyncd.service \
  apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer \
  getty.target console-getty.service systemd-logind.service; do
  ln -sf /dev/null "/etc/systemd/system/$unit"
done
