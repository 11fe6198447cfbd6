#!/bin/sh
# A host whose engine somebody else set up. What it serves is in /engine:
#   ca.pem, cert.pem, key.pem   TLS on port 2376, for clients of that CA; without them no TLS
set -eu

# A kernel without nf_tables support still has the older interface.
if ! iptables -nL > /dev/null 2>&1; then
  update-alternatives --set iptables /usr/sbin/iptables-legacy > /dev/null
  update-alternatives --set ip6tables /usr/sbin/ip6tables-legacy > /dev/null
fi

set -- --host unix:///var/run/docker.sock --host tcp://0.0.0.0:2376
if [ -e /engine/cert.pem ]; then
  set -- "$@" --tlsverify --tlscacert /engine/ca.pem
  set -- "$@" --tlscert /engine/cert.pem --tlskey /engine/key.pem
else
  # Said outright: else it waits before it listens.
  set -- "$@" --tls=false
fi
rm -f /var/run/docker.pid
exec dockerd "$@"
