import { writeFile } from 'node:fs/promises';
import path from 'node:path';
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
  const hosts = await Promise.all([servers.start(), servers.start()] as const);
  const swarm = bestSwarm.standIn
    ? await placeStandIn(servers.folder)
    : { there: [], flags: bestSwarm.flags };
  const [master, node] = hosts;
  await Promise.all([
    inhabit(master, [sandbox.sleeperArchive()]),
    inhabit(node, [sandbox.sleeperArchive(), ...swarm.there]),
  ]);
  const ground: SshGround = {
    place,
    servers,
    hosts,
    nodes: 1,
    create: (name, flags) => [
      ...['create', name, '--discovery', 'etcd'],
      ...(flags.includes('--etcd-image') ? [] : ['--etcd-image', sandbox.etcdImage()]),
      ...[...swarm.flags, '--ssh-key', servers.key],
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

/**
 * The stand-in is ten times as large as swarm: to bring it to both servers in every case would take
 * most of the time. So the node has it already, and something small is brought there in its place;
 * a master that runs no containers is brought nothing but what it needs.
 */
async function placeStandIn(folder: string) {
  const docker = dockerAt(sandbox.engine());
  const [image, nothing, small] = ['stand-in', 'nothing', 'small'].map((name) =>
    path.join(folder, `${name}.tar`),
  ) as [string, string, string];
  await docker(['save', '--output', image, sandbox.standInImage()]);
  // The end of an archive, and nothing before it.
  await writeFile(nothing, Buffer.alloc(1024));
  await docker(['import', nothing, 'swarmctl/small:local']);
  await docker(['save', '--output', small, 'swarmctl/small:local']);
  return { there: [image], flags: [...bestSwarm.flags, '--image-archive', small] };
}

async function inhabit(host: SshHost, archives: readonly string[]): Promise<void> {
  const docker = dockerAt(sandbox.engine());
  for (const archive of archives) {
    await docker(['cp', archive, `${host.name}:/root/image.tar`]);
    await on(host, 'docker load --quiet --input /root/image.tar; rm /root/image.tar');
  }
  await on(
    host,
    `mkdir -p /etc/docker
    printf '{\\n\\t"log-level": "info", "labels": ["rack=7"]\\n}\\n' > /etc/docker/daemon.json
    systemctl restart docker
    docker run --detach --stop-timeout 1 --name theirs ${sandbox.sleeperImage()} sleep 100000`,
  );
}
