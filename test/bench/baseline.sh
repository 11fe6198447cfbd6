#!/usr/bin/env bash
# The same cluster by hand: the fastest parallel script we could write that does what
# `swarmctl create --discovery etcd --nodes 3` does, with docker, openssl and curl, and ends when the
# manager says that all three nodes are Healthy.
#
# usage: baseline.sh up|down FOLDER
# NODE_IMAGE and ETCD_IMAGE are on the engine; SWARM_IMAGE is there as well, or in SWARM_ARCHIVE.
# ENTRYPOINT is the script that prepares a host, the same as swarmctl's.
set -euo pipefail

action=$1 folder=$2
name=bench-sh
prefix=10.117.254
hosts=(m 1 2 3)
declare -A address=([m]=$prefix.2 [1]=$prefix.3 [2]=$prefix.4 [3]=$prefix.5)
declare -A port=([m]=43760 [1]=43761 [2]=43762 [3]=43763)
manager_port=43376 store_port=43379
tls=/etc/swarmctl/tls

down() {
  docker rm --force --volumes "${hosts[@]/#/$name-}" > /dev/null 2>&1 || true
  docker volume rm "${hosts[@]/#/$name-data-}" > /dev/null 2>&1 || true
  docker network rm $name > /dev/null 2>&1 || true
  rm -rf "$folder"
}

# until_ok COMMAND…: again every 50 ms until it succeeds
until_ok() { until "$@" > /dev/null 2>&1; do sleep 0.05; done; }

api() { # api PORT PATH [CURL OPTION…]
  local at=$1 path=$2
  shift 2
  curl --silent --fail --max-time 60 --cacert "$folder/ca.pem" --cert "$folder/client/cert.pem" \
    --key "$folder/client/key.pem" "$@" "https://127.0.0.1:$at$path"
}

certificate() { # certificate FOLDER COMMON_NAME USAGES SAN
  mkdir -p "$1"
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/O=$name/CN=$2" \
    -keyout "$1/key.pem" 2> /dev/null \
    | openssl x509 -req -CA "$folder/ca.pem" -CAkey "$folder/ca-key.pem" -days 1095 \
      -set_serial "0x$(openssl rand -hex 15)" -out "$1/cert.pem" 2> /dev/null \
      -extfile <(printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=%s\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n%s' \
        "$3" "${4:+subjectAltName=$4}")
  cp "$folder/ca.pem" "$1/ca.pem"
}

service() { # service PORT NAME IMAGE BINDS ENTRYPOINT ARGUMENT…
  local at=$1 container=$2 image=$3 binds=$4 entrypoint=$5
  shift 5
  local command
  command=$(printf '"%s",' "$@")
  api "$at" "/containers/create?name=$container" --header 'Content-Type: application/json' \
    --data "{\"Image\":\"$image\",$entrypoint\"Cmd\":[${command%,}],\"HostConfig\":{\"Binds\":[$binds],\"NetworkMode\":\"host\",\"RestartPolicy\":{\"Name\":\"always\"}}}" > /dev/null
  api "$at" "/containers/$container/start" --request POST > /dev/null
}

load() { # load PORT FILE, as soon as the file is complete
  until [ -e "$2" ]; do sleep 0.02; done
  api "$1" '/images/load?quiet=1' --header 'Content-Type: application/x-tar' --data-binary "@$2" > /dev/null
}

host() { # host ID
  local id=$1 ip=${address[$1]} root=$folder/root-$1$tls
  local names="DNS:$name-$id,IP:$ip,DNS:localhost,IP:127.0.0.1"
  local publish=(--publish "127.0.0.1:${port[$id]}:2376")
  certificate "$root/engine" "$name-$id" serverAuth "$names" &
  certificate "$root/discovery" "$name-$id discovery client" clientAuth '' &
  if [ "$id" = m ]; then
    certificate "$root/manager" "$name-$id swarm manager" serverAuth,clientAuth "$names" &
    certificate "$root/store" "$name-$id discovery store" serverAuth "$names" &
    publish+=(--publish "127.0.0.1:$manager_port:3376" --publish "127.0.0.1:$store_port:2379")
  fi
  docker create --name "$name-$id" --hostname "$name-$id" --network $name --ip "$ip" \
    --restart unless-stopped --cgroupns private --volume "$name-data-$id:/var/lib/docker" \
    --tmpfs /run --tmpfs /tmp "${publish[@]}" \
    --cap-add ALL --cap-drop SYS_RESOURCE --security-opt seccomp=unconfined \
    --security-opt apparmor=unconfined --security-opt systempaths=unconfined \
    --device-cgroup-rule 'a *:* rwm' --entrypoint /bin/sh "$NODE_IMAGE" /etc/swarmctl/entrypoint.sh \
    --host=unix:///var/run/docker.sock --host=tcp://0.0.0.0:2376 --tlsverify \
    --tlscacert=$tls/engine/ca.pem --tlscert=$tls/engine/cert.pem --tlskey=$tls/engine/key.pem \
    --label=provider=local > /dev/null
  wait
  cp "$ENTRYPOINT" "$folder/root-$id/etc/swarmctl/entrypoint.sh"
  tar --create --owner 0 --group 0 --directory "$folder/root-$id" etc | docker cp - "$name-$id:/"
  docker start "$name-$id" > /dev/null
  until_ok api "${port[$id]}" /version
  load "${port[$id]}" "$folder/swarm.tar" &
  if [ "$id" = m ]; then
    load "${port[m]}" "$folder/etcd.tar"
    service "${port[m]}" etcd "$ETCD_IMAGE" "\"$tls/store:$tls/store:ro\",\"etcd-data:/etcd-data\"" '"Entrypoint":["etcd"],' \
      --name=$name --data-dir=/etcd-data --enable-v2=true --listen-client-urls=https://0.0.0.0:2379 \
      "--advertise-client-urls=https://$ip:2379" --listen-peer-urls=http://127.0.0.1:2380 \
      --initial-advertise-peer-urls=http://127.0.0.1:2380 --initial-cluster=$name=http://127.0.0.1:2380 \
      --client-cert-auth --trusted-ca-file=$tls/store/ca.pem --cert-file=$tls/store/cert.pem \
      --key-file=$tls/store/key.pem
    until_ok api $store_port /v2/keys/
  fi
  wait
}

node() { # node ID: reachable from the master, then joined, then registered
  local id=$1
  until_ok docker exec $name-m docker --host "tcp://${address[$id]}:2376" --tlsverify \
    --tlscacert $tls/manager/ca.pem --tlscert $tls/manager/cert.pem --tlskey $tls/manager/key.pem version
  service "${port[$id]}" swarm-agent "$SWARM_IMAGE" "\"$tls/discovery:$tls/discovery:ro\"" '' \
    join --advertise "${address[$id]}:2376" --heartbeat=20s --ttl=60s "${store[@]}"
  until_ok api $store_port "/v2/keys/$name/docker/swarm/nodes/${address[$id]}:2376"
}

all_healthy() {
  [ "$(api $manager_port /info | grep -o '"  └ Status","Healthy"' | wc -l)" = 3 ]
}

up() {
  mkdir -p "$folder"
  docker network create --subnet $prefix.0/24 $name > /dev/null &
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj "/CN=$name CA" \
    -keyout "$folder/ca-key.pem" -out "$folder/ca.pem" 2> /dev/null
  certificate "$folder/client" 'client' clientAuth '' &
  wait
  save() { docker save "$1" > "$2.part" && mv "$2.part" "$2"; }
  if [ -n "${SWARM_ARCHIVE:-}" ]; then
    ln -s "$SWARM_ARCHIVE" "$folder/swarm.tar"
  else
    save "$SWARM_IMAGE" "$folder/swarm.tar" &
  fi
  save "$ETCD_IMAGE" "$folder/etcd.tar" &

  local id
  for id in "${hosts[@]}"; do host "$id" & done
  wait

  local d=--discovery-opt=kv
  local store=("$d.cacertfile=$tls/discovery/ca.pem" "$d.certfile=$tls/discovery/cert.pem"
    "$d.keyfile=$tls/discovery/key.pem" "etcd://${address[m]}:2379/$name")
  for id in 1 2 3; do node "$id" & done
  wait

  service "${port[m]}" swarm-manager "$SWARM_IMAGE" \
    "\"$tls/manager:$tls/manager:ro\",\"$tls/discovery:$tls/discovery:ro\"" '' \
    manage --host tcp://0.0.0.0:3376 --tlsverify --tlscacert=$tls/manager/ca.pem \
    --tlscert=$tls/manager/cert.pem --tlskey=$tls/manager/key.pem --strategy spread --heartbeat=5s \
    --engine-refresh-min-interval=5s --engine-refresh-max-interval=10s --engine-failure-retry=3 \
    "${store[@]}"
  until_ok all_healthy
}

"$action"
