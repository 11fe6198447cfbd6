import type { Explanation } from './explanation.ts';

/** Every check of `preflight`: what it looks at, why that matters, what to do. */
export const checks = {
  ssh: {
    summary: 'whether every server can be reached over ssh',
    cause: 'Everything on a server is done over one ssh connection, so nothing goes on without it.',
    cure: [
      'ssh user@host true   must work without a question',
      'swarmctl explain SSH_AUTH, SSH_HOST_KEY, SSH_UNREACHABLE   by what the message says',
    ],
  },
  engine: {
    summary:
      'whether the Docker Engine of the host answers, and can have containers of the cluster',
    cause:
      'Local hosts are containers of the engine of this machine; it must run Linux containers and ' +
      'either be on this machine or be given an address at which the hosts listen. Hosts at tcp:// and ' +
      'servers with Docker must answer.',
    cure: [
      'docker version   or docker -H tcp://host:port version',
      'swarmctl explain ENGINE_UNREACHABLE   when nothing answers',
      '--local-address ADDRESS   when the engine is on another machine',
    ],
  },
  tls: {
    summary: 'whether the certificates of an engine at tcp:// serve a swarm',
    cause:
      'Manager and engines take each other by certificates only: of one CA, not expired, valid for the ' +
      'address that the others use (an IP address as IP SAN), and for clients as well as servers. What ' +
      'does not fit here would be a node that is Pending for ever, without a reason.',
    cure: [
      '--tls-ca-cert, --tls-cert, --tls-key   of the CA of these engines',
      '--tls-ca-key FILE   lets swarmctl issue what manager and agents need',
      'issue the certificate of the engine anew, with the address as subjectAltName',
      '--insecure   for engines without TLS, in a network where nobody else is',
    ],
  },
  root: {
    summary: 'whether commands can be run as root on a server',
    cause: 'Docker is installed and configured there, which only root can do.',
    cure: [
      '--ssh-user root   or root@ in the URL of the host',
      "echo 'USER ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/zz-swarmctl   as root on it",
    ],
  },
  packages: {
    summary: 'whether Docker is on a server, or can be installed there',
    cause:
      'swarmctl installs the packages of Debian and Ubuntu, or runs the script that you name; other ' +
      'distributions need Docker beforehand.',
    cure: [
      'install Docker on it',
      '--engine-install-url URL   names a script that installs it',
      'leave --no-engine-install out',
    ],
  },
  systemd: {
    summary: 'whether systemd runs on a server',
    cause: 'Docker is given its certificates and ports by a unit of systemd.',
    cure: ['let its engine listen with TLS, and name it as tcp://HOST:2376'],
  },
  'engine-config': {
    summary: 'whether the configuration of Docker on a server leaves room for that of the cluster',
    cause:
      'What daemon.json, drop-ins or flags of the unit say already is kept, so they must not say ' +
      'something else of ports, TLS or labels: dockerd refuses to start when a setting comes twice.',
    cure: [
      'do what the message names; systemctl cat docker and /etc/docker/daemon.json show what there is',
      '--engine-port PORT   when another port would do',
    ],
  },
  'engine-version': {
    summary: 'whether the engine and swarm 1.2.9 have a version of the API in common',
    cause:
      'Swarm speaks the versions 1.24 and older. Engines before 17.09 lack something it needs, those ' +
      'from 29 on refuse such old versions unless told otherwise, and nodes stay Pending.',
    cure: [
      'upgrade an old engine',
      'DOCKER_MIN_API_VERSION=1.24   in the environment of a new dockerd; on servers swarmctl sets it',
    ],
  },
  'foreign-swarm': {
    summary: 'whether a host belongs to another cluster already',
    cause:
      'A host in two swarms is counted twice: each schedules as if it had the host to itself. A cluster ' +
      'of the same name that is not known here was made from another machine, or its state is lost.',
    cure: [
      'leave the host out',
      'swarmctl status --host URL, swarmctl destroy --host URL   for a cluster whose state is lost',
      'docker rm -f NAME   on it, for containers of a swarm that nobody needs',
    ],
  },
  ports: {
    summary: 'whether the ports of engine, manager and store are free',
    cause: 'Two programs cannot listen at one port.',
    cure: [
      'ss -ltnp   on the host says who listens',
      '--engine-port, --manager-port, --store-port   choose other ones',
    ],
  },
  disk: {
    summary: 'whether the disk of Docker has room',
    cause: 'Images of swarm, store and hosts, and what they write, need some hundred MiB.',
    cure: ['docker system df   what Docker holds; docker system prune removes what nothing uses'],
  },
  'storage-driver': {
    summary: 'whether the engine of a host has a storage driver that shares layers',
    cause:
      'vfs copies every layer of every container: it works, and is slow and large. Only a warning.',
    cure: ['"storage-driver": "overlay2" in /etc/docker/daemon.json of a new engine'],
  },
  os: {
    summary: 'whether the engine runs Linux containers',
    cause: 'The swarm image is one for Linux.',
    cure: ['use a Linux host'],
  },
  'same-host': {
    summary: 'whether two of the hosts are one and the same',
    cause:
      'One engine under two addresses counts twice. Copies of a machine have the same engine ID, by ' +
      'which swarm tells engines apart.',
    cure: [
      'leave one of the two out',
      'rm /var/lib/docker/engine-id /etc/docker/key.json, and a new /etc/machine-id   on a copy',
    ],
  },
  architecture: {
    summary: 'whether all hosts are of one architecture',
    cause: 'One swarm image serves all hosts, and a scheduler that does not look at architectures.',
    cure: ['make a cluster of the hosts of each architecture'],
  },
  clock: {
    summary: 'whether the clocks of hosts and this machine agree',
    cause:
      'A certificate that was issued just now is not valid yet for a clock that is behind, and entries ' +
      'of the discovery end too soon or too late.',
    cure: ['timedatectl set-ntp true   on the hosts and here'],
  },
  images: {
    summary: 'whether every image that is needed can be had',
    cause:
      'An image comes from an archive, from the engine that has it already, or from its registry. A ' +
      'pull that fails half-way through would leave a half-made cluster.',
    cure: [
      'docker pull IMAGE   then run create again',
      '--image-archive FILE   made by docker save, where there is no way to the registry',
      'docker login REGISTRY   for images that are not public',
      '--swarm-image, --node-image, --etcd-image   choose others',
    ],
  },
  reach: {
    summary: 'whether the hosts reach each other at the ports that the cluster uses',
    cause:
      'The manager talks to every engine, every node to the store, and the docker CLI here to the ' +
      'manager. A firewall in between gives nodes that are Pending, or Absent. Tried from where it ' +
      'matters, before anything listens.',
    cure: [
      'the message names port and command for the firewall of the host',
      "a cloud's security group   when no firewall was seen on the host itself",
      'advertise in the cluster file   when the others know it by another address',
    ],
  },
  store: {
    summary:
      'whether a discovery store that exists answers, lets us write, and is reached by the hosts',
    cause: 'Nodes register there and the manager reads them; what cannot be written is never seen.',
    cure: [
      '--discovery URL   is it right? scheme, host, port and path',
      '--discovery-ca, --discovery-cert, --discovery-key   when it has TLS',
      'open its port to the hosts',
    ],
  },
  api: {
    summary: 'whether the engine of this machine is new enough to make hosts of containers',
    cause: 'An engine inside a container needs a namespace for cgroups, which 20.10 introduced.',
    cure: ['upgrade Docker Engine to 20.10 or later'],
  },
  name: {
    summary: 'whether containers, volumes and network of the cluster would have names of their own',
    cause: 'Nothing that swarmctl did not make is ever taken over or removed.',
    cure: [
      'swarmctl destroy NAME   when it is a cluster whose state is lost',
      'choose another name',
    ],
  },
  storage: {
    summary: 'whether the engine of this machine has a storage driver that shares layers',
    cause:
      'vfs copies every layer of every container: it works, and is slow and large. Only a warning.',
    cure: ['overlay2: docker info names the driver, "storage-driver" in daemon.json sets it'],
  },
} as const satisfies Record<string, Explanation>;
