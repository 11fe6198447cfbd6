import { dockerAt } from '../sandbox/docker.mjs';
import { on, tracesOn } from '../helpers/traces.ts';
import { bestSwarm, sandbox } from '../helpers/settings.ts';
import { SshPlace } from '../helpers/ssh-place.ts';
import { Workplace } from '../helpers/workplace.ts';
import type { SshHost } from '../sandbox/ssh-host.mjs';
import type { Ground } from './ground.ts';

interface SshGround extends Ground {
  readonly hosts: readonly SshHost[];
  readonly servers: SshPlace;
}

/** Servers with an engine, on which somebody has a container and options of the engine's own. */
export async function sshGround(): Promise<{ ground: SshGround; close: () => Promise<void> }> {
  const place = await Workplace.open();
  const servers = await SshPlace.open();
  const hosts = await Promise.all([servers.start(), servers.start()]);
  await Promise.all(hosts.map(inhabit));
  const ground: SshGround = {
    place,
    servers,
    hosts,
    nodes: 1,
    create: (name, flags) => [
      ...['create', name, '--discovery', 'etcd'],
      ...(flags.includes('--etcd-image') ? [] : ['--etcd-image', sandbox.etcdImage()]),
      ...[...bestSwarm.flags, '--ssh-key', servers.key],
      ...(flags.includes('--timeout') ? [] : ['--timeout', '2m']),
      ...hosts.flatMap(({ address }) => ['--host', `ssh://root@${address}`]),
      ...flags,
    ],
    async traces() {
      return (await Promise.all(hosts.map(tracesOn))).join('\n\n');
    },
  };
  const close = async () => {
    await place.close();
    await servers.close();
  };
  return { ground, close };
}

async function inhabit(host: SshHost): Promise<void> {
  const archive = `${host.name}:/root/sleeper.tar`;
  await dockerAt(sandbox.engine())(['cp', sandbox.sleeperArchive(), archive]);
  await on(
    host,
    `mkdir -p /etc/docker
    printf '{\\n\\t"log-level": "info", "labels": ["rack=7"]\\n}\\n' > /etc/docker/daemon.json
    systemctl restart docker
    docker load --quiet --input /root/sleeper.tar
    docker run --detach --stop-timeout 1 --name theirs ${sandbox.sleeperImage()} sleep 100000`,
  );
}
