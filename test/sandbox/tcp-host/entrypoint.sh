#!/bin/sh
# A host whose engine somebody else set up. What it serves is in /engine:
#   ca.pem, cert.pem, key.pem   TLS on port 2376, for clients of that CA; without them no TLS
# Docker in a container needs the same as swarmctl's own local hosts, whose entrypoint goes on.
set -eu

set -- --host unix:///var/run/docker.sock --host tcp://0.0.0.0:2376
if [ -e /engine/cert.pem ]; then
  set -- "$@" --tlsverify --tlscacert /engine/ca.pem
  set -- "$@" --tlscert /engine/cert.pem --tlskey /engine/key.pem
else
  # Said outright: else it waits before it listens.
  set -- "$@" --tls=false
fi
exec sh /local-host.sh "$@"
