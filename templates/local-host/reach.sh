#!/bin/sh
# Tells whether an engine can be reached from this host as the manager will reach it.
# usage: reach.sh ADDRESS PORT FOLDER_OF_THE_MANAGERS_CREDENTIALS
set -eu
address=$1 port=$2 credentials=$3

if command -v docker > /dev/null; then
  exec docker --host "tcp://$address:$port" --tlsverify \
    --tlscacert "$credentials/ca.pem" --tlscert "$credentials/cert.pem" \
    --tlskey "$credentials/key.pem" version --format '{{.Server.Version}}'
elif command -v bash > /dev/null; then
  exec bash -c "exec 3<> /dev/tcp/$address/$port"
else
  exec nc -z -w 5 "$address" "$port"
fi
