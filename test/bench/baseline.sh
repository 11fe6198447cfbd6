#!/usr/bin/env bash
# The same cluster by hand: the fastest script we could write that makes what
# `swarmctl create --discovery etcd --nodes 3` makes, with openssl, tar and the Docker API by curl
# (the docker CLI takes longer to start than to ask), and ends when the manager says that all three
# nodes are Healthy. Nothing waits that need not: a host's lane goes on as soon as what it needs is
# there, and the manager meets the nodes as they register.
#
# usage: baseline.sh up|down FOLDER
#
# DOCKER_HOST    the engine, unix://…
# GRANT          privileged, or capabilities where the engine refuses that
# NODE_IMAGE     an image on the engine; so is ETCD_IMAGE, and SWARM_IMAGE unless
# SWARM_ARCHIVE  is set, a file that holds it
# ENTRYPOINT     the script that prepares a host: swarmctl's own
set -euo pipefail

action=$1 folder=$2
exec > /dev/null
name=bench-sh
# Where the sandbox's firewall lets clusters talk; swarmctl passes over what is in use.
prefix=10.117.254
hosts=(m 1 2 3)
declare -A address=([m]=$prefix.2 [1]=$prefix.3 [2]=$prefix.4 [3]=$prefix.5)
declare -A port=([m]=23760 [1]=23761 [2]=23762 [3]=23763)
manager_port=23376 store_port=23379
tls=/etc/swarmctl/tls
. "${BASH_SOURCE%/*}/by-hand.sh"
log='"LogConfig":{"Type":"json-file","Config":{"max-size":"10m","max-file":"2"}}'

down() {
  docker rm --force --volumes "${hosts[@]/#/$name-}" > /dev/null 2>&1 || true
  docker volume rm "${hosts[@]/#/$name-data-}" > /dev/null 2>&1 || true
  docker network rm $name > /dev/null 2>&1 || true
  rm -rf "$folder"
}

outer() { curl --config "$folder/curl" --unix-socket "${DOCKER_HOST#unix://}" "$@"; }

# service PORT NAME IMAGE BINDS ENTRYPOINT ARGUMENT…
service() {
  local url=https://127.0.0.1:$1/containers container=$2 image=$3 binds=$4 entrypoint=$5
  shift 5
  local command
  printf -v command '"%s",' "$@"
  inner "$url/create?name=$container" --json "{\"Image\":\"$image\",$entrypoint\"Cmd\":[${command%,}],
    \"HostConfig\":{\"Binds\":[$binds],\"NetworkMode\":\"host\",
    \"RestartPolicy\":{\"Name\":\"always\"},$log}}" \
    --next --config "$folder/curl" --config "$folder/curl-tls" --request POST "$url/$container/start"
}

# load PORT FILE
load() {
  inner --request POST --upload-file "$2" --header 'Expect:' \
    --header 'Content-Type: application/x-tar' "https://127.0.0.1:$1/images/load?quiet=1"
}

save() { # save IMAGE FILE
  outer --output "$2.part" "http://engine/images/$1/get"
  mv "$2.part" "$2"
}

# Has the certificates made and leaves them, packed, in its file.
pack() { # pack ID
  local root=$folder/root-$1$tls names="DNS:$name-$1,IP:${address[$1]},DNS:localhost,IP:127.0.0.1"
  certificate "$root/engine" "$name-$1" serverAuth "$names" &
  certificate "$root/discovery" "$name-$1 discovery client" clientAuth &
  if [ "$1" = m ]; then
    certificate "$root/manager" "$name-$1 swarm manager" serverAuth,clientAuth "$names" &
    certificate "$root/store" "$name-$1 discovery store" serverAuth "$names" &
  fi
  wait
  cp "$ENTRYPOINT" "$folder/root-$1/etc/swarmctl/entrypoint.sh"
  tar --create --owner 0 --group 0 --file "$folder/root-$1.tar.part" \
    --directory "$folder/root-$1" etc
  mv "$folder/root-$1.tar.part" "$folder/root-$1.tar"
}

# The host's container, started; ends when its engine has the swarm image.
host() { # host ID
  local id=$1
  local ports="\"2376/tcp\":[{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"${port[$id]}\"}]" exposed='"2376/tcp":{}'
  if [ "$id" = m ]; then
    ports+=",\"3376/tcp\":[{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"$manager_port\"}]"
    ports+=",\"2379/tcp\":[{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"$store_port\"}]"
    exposed+=',"3376/tcp":{},"2379/tcp":{}'
  fi
  local grant='"Privileged":true'
  if [ "$GRANT" = capabilities ]; then
    grant='"CapAdd":["ALL"],"CapDrop":["SYS_RESOURCE"],"MaskedPaths":[],"ReadonlyPaths":[],
      "SecurityOpt":["seccomp=unconfined","apparmor=unconfined"],"DeviceCgroupRules":["a *:* rwm"]'
  fi
  outer "http://engine/containers/create?name=$name-$id" --json "{\"Hostname\":\"$name-$id\",
    \"Image\":\"$NODE_IMAGE\",\"Entrypoint\":[\"/bin/sh\",\"/etc/swarmctl/entrypoint.sh\"],
    \"Cmd\":[\"--host=unix:///var/run/docker.sock\",\"--host=tcp://0.0.0.0:2376\",\"--tlsverify\",
      \"--tlscacert=$tls/engine/ca.pem\",\"--tlscert=$tls/engine/cert.pem\",
      \"--tlskey=$tls/engine/key.pem\",\"--label=provider=local\"],
    \"ExposedPorts\":{$exposed},
    \"HostConfig\":{$grant,\"CgroupnsMode\":\"private\",\"RestartPolicy\":{\"Name\":\"unless-stopped\"},
      \"Binds\":[\"$name-data-$id:/var/lib/docker\"],\"Tmpfs\":{\"/run\":\"\",\"/tmp\":\"\"},
      \"PortBindings\":{$ports},\"NetworkMode\":\"$name\",$log},
    \"NetworkingConfig\":{\"EndpointsConfig\":{\"$name\":{\"IPAMConfig\":{\"IPv4Address\":\"${address[$id]}\"}}}}}"
  again [ -e "$folder/root-$id.tar" ]
  outer --request PUT --upload-file "$folder/root-$id.tar" --header 'Expect:' \
    "http://engine/containers/$name-$id/archive?path=/" \
    --next --config "$folder/curl" --unix-socket "${DOCKER_HOST#unix://}" --request POST \
    "http://engine/containers/$name-$id/start"
  if [ "$id" = m ]; then store & fi
  again [ -e "$folder/swarm.tar" ]
  again load "${port[$id]}" "$folder/swarm.tar"
  wait
  again [ -e "$folder/store" ]
}

store() {
  again [ -e "$folder/etcd.tar" ]
  again load "${port[m]}" "$folder/etcd.tar"
  service "${port[m]}" etcd "$ETCD_IMAGE" "\"$tls/store:$tls/store:ro\",\"etcd-data:/etcd-data\"" \
    '"Entrypoint":["etcd"],' --name=$name-m --data-dir=/etcd-data --enable-v2=true \
    --listen-client-urls=https://0.0.0.0:2379 "--advertise-client-urls=https://${address[m]}:2379" \
    --listen-peer-urls=http://127.0.0.1:2380 --initial-advertise-peer-urls=http://127.0.0.1:2380 \
    --initial-cluster=$name-m=http://127.0.0.1:2380 --client-cert-auth \
    --heartbeat-interval=20 --election-timeout=100 \
    --trusted-ca-file=$tls/store/ca.pem --cert-file=$tls/store/cert.pem --key-file=$tls/store/key.pem
  again inner "https://127.0.0.1:$store_port/v2/keys/"
  : > "$folder/store"
}

d=--discovery-opt=kv
discovery=("$d.cacertfile=$tls/discovery/ca.pem" "$d.certfile=$tls/discovery/cert.pem"
  "$d.keyfile=$tls/discovery/key.pem" "etcd://${address[m]}:2379/$name")

node() {
  host "$1"
  service "${port[$1]}" swarm-agent "$SWARM_IMAGE" "\"$tls/discovery:$tls/discovery:ro\"" '' \
    join --advertise "${address[$1]}:2376" --heartbeat=20s --ttl=60s "${discovery[@]}"
}

master() {
  host m
  service "${port[m]}" swarm-manager "$SWARM_IMAGE" \
    "\"$tls/manager:$tls/manager:ro\",\"$tls/discovery:$tls/discovery:ro\"" '' \
    manage --host tcp://0.0.0.0:3376 --tlsverify --tlscacert=$tls/manager/ca.pem \
    --tlscert=$tls/manager/cert.pem --tlskey=$tls/manager/key.pem --strategy spread --heartbeat=5s \
    --engine-refresh-min-interval=5s --engine-refresh-max-interval=10s --engine-failure-retry=3 \
    "${discovery[@]}"
}

up() {
  settings
  outer http://engine/networks/create --json "{\"Name\":\"$name\",\"CheckDuplicate\":true,
    \"Driver\":\"bridge\",\"IPAM\":{\"Driver\":\"default\",\"Config\":[{\"Subnet\":\"$prefix.0/24\"}]}}" &
  local network=$!
  authority
  certificate "$folder/client" 'client' clientAuth &
  save "$ETCD_IMAGE" "$folder/etcd.tar" &
  if [ -n "${SWARM_ARCHIVE:-}" ]; then
    ln -s "$SWARM_ARCHIVE" "$folder/swarm.tar"
  else
    save "$SWARM_IMAGE" "$folder/swarm.tar" &
  fi
  local id lane lanes=()
  for id in "${hosts[@]}"; do pack "$id" & done
  wait "$network"
  master & lanes+=("$!")
  for id in 1 2 3; do node "$id" & lanes+=("$!"); done
  for lane in "${lanes[@]}"; do wait "$lane"; done
  again all_healthy "127.0.0.1:$manager_port"
}

"$action"
