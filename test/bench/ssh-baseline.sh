#!/usr/bin/env bash
# The same cluster on servers by hand: the fastest script we could write that makes what
# `swarmctl create --discovery etcd --host ssh://… (four)` makes, with one ssh connection per host,
# openssl and docker, and ends when the manager says that all three nodes are Healthy. A host's work
# is one script in one session; everything that can run at the same time does.
#
# usage: ssh-baseline.sh up|down FOLDER
#
# HOSTS        the addresses of four servers that let root in, the master first
# SSH_KEY      the private key that opens them
# REGISTRY     a registry without TLS that they reach
# SWARM_IMAGE  in it; so is ETCD_IMAGE
set -euo pipefail

action=$1 folder=$2
exec > /dev/null
name=bench-ssh
read -ra addresses <<< "$HOSTS"
master=${addresses[0]}
tls=/etc/bench-ssh
drop_in=/etc/systemd/system/docker.service.d/bench-ssh.conf
. "${BASH_SOURCE%/*}/by-hand.sh"

remote() { # remote ADDRESS COMMAND
  ssh -F "$folder/ssh" "root@$1" "$2"
}

# Each host begins to let us in while the certificates are made.
connect() {
  ssh -F "$folder/ssh" -MNf "root@$1"
}

# Packs what a host gets: its certificates, and what its engine is to be started with.
pack() { # pack ADDRESS
  local root=$folder/root-$1 names="IP:$1,DNS:localhost,IP:127.0.0.1"
  certificate "$root$tls/engine" "$1" serverAuth "$names" &
  certificate "$root$tls/discovery" "$1 discovery client" clientAuth &
  if [ "$1" = "$master" ]; then
    certificate "$root$tls/manager" "$1 swarm manager" serverAuth,clientAuth "$names" &
    certificate "$root$tls/store" "$1 discovery store" serverAuth "$names" &
  fi
  mkdir -p "$root${drop_in%/*}"
  printf '%s\n' '[Service]' 'ExecStart=' \
    "ExecStart=/usr/sbin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock \$DOCKER_OPTS \
--host=tcp://0.0.0.0:2376 --tlsverify --tlscacert=$tls/engine/ca.pem --tlscert=$tls/engine/cert.pem \
--tlskey=$tls/engine/key.pem --label=provider=ssh --insecure-registry=$REGISTRY" > "$root$drop_in"
  wait
  tar --create --owner 0 --group 0 --file "$folder/$1.tar" --directory "$root" etc
}

service='--network host --restart always --log-opt max-size=10m --log-opt max-file=2'
d=--discovery-opt=kv
discovery="$d.cacertfile=$tls/discovery/ca.pem $d.certfile=$tls/discovery/cert.pem \
$d.keyfile=$tls/discovery/key.pem etcd://$master:2379/$name"

agent() { # agent ADDRESS
  echo "docker create --name swarm-agent $service --volume $tls/discovery:$tls/discovery:ro \
    $SWARM_IMAGE join --advertise $1:2376 --heartbeat=20s --ttl=60s $discovery"
}

manager="docker create --name swarm-manager $service --volume $tls/manager:$tls/manager:ro \
  --volume $tls/discovery:$tls/discovery:ro $SWARM_IMAGE manage --host tcp://0.0.0.0:3376 --tlsverify \
  --tlscacert=$tls/manager/ca.pem --tlscert=$tls/manager/cert.pem --tlskey=$tls/manager/key.pem \
  --strategy spread --heartbeat=5s --engine-refresh-min-interval=5s --engine-refresh-max-interval=10s \
  --engine-failure-retry=3 $discovery"

store="docker run --detach --name etcd $service --volume $tls/store:$tls/store:ro \
  --volume etcd-data:/etcd-data --entrypoint etcd $ETCD_IMAGE --name=$name --data-dir=/etcd-data \
  --enable-v2=true --listen-client-urls=https://0.0.0.0:2379 \
  --advertise-client-urls=https://$master:2379 --listen-peer-urls=http://127.0.0.1:2380 \
  --initial-advertise-peer-urls=http://127.0.0.1:2380 --initial-cluster=$name=http://127.0.0.1:2380 \
  --client-cert-auth --heartbeat-interval=20 --election-timeout=100 \
  --trusted-ca-file=$tls/store/ca.pem --cert-file=$tls/store/cert.pem --key-file=$tls/store/key.pem"

# Unpacks what stands first on standard input, makes the containers, and starts the last one of them
# when told so by a further line.
host() { # host ADDRESS COMMANDS CONTAINER
  pack "$1" & connect "$1"
  wait
  local size
  size=$(stat --format %s "$folder/$1.tar")
  {
    cat "$folder/$1.tar"
    again inner --output /dev/null "https://$master:2379/v2/keys/"
    echo start
  } | remote "$1" "set -e
    head -c $size | tar -x -C /
    systemctl daemon-reload
    systemctl restart docker
    $2
    read -r _
    docker start $3"
}

up() {
  settings
  printf '%s\n' "IdentityFile $SSH_KEY" 'IdentitiesOnly yes' 'BatchMode yes' \
    'StrictHostKeyChecking accept-new' 'LogLevel ERROR' "UserKnownHostsFile $folder/known_hosts" \
    'ControlMaster auto' "ControlPath $folder/%h" 'ControlPersist yes' > "$folder/ssh"
  authority
  certificate "$folder/client" client clientAuth &
  local address lane lanes=()
  # The smaller one is there first, and its container starts while the other is on the way.
  host "$master" "$store & $manager; wait" swarm-manager & lanes+=("$!")
  for address in "${addresses[@]:1}"; do
    host "$address" "$(agent "$address")" swarm-agent & lanes+=("$!")
  done
  for lane in "${lanes[@]}"; do wait "$lane"; done
  again all_healthy "$master:3376"
}

down() {
  local address
  for address in "${addresses[@]}"; do
    remote "$address" "
      containers() { docker ps --all --quiet; }
      # What has just been started may be busy.
      until [ -z \"\$(containers)\" ]; do docker rm --force --volumes \$(containers); done
      docker volume prune --force --all || docker volume prune --force
      docker rmi --force \$(docker images --quiet)
      rm -rf $tls $drop_in
      rmdir ${drop_in%/*}
      systemctl daemon-reload
      systemctl reset-failed docker.service docker.socket
      systemctl restart docker" &
  done
  wait
  for address in "${addresses[@]}"; do ssh -F "$folder/ssh" -O exit "root@$address" 2> /dev/null; done
  rm -rf "$folder"
}

"$action"
