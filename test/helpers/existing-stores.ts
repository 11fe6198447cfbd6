import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { startConsul } from '../consul/server.ts';
import { sandbox } from './settings.ts';
import type { Workplace } from './workplace.ts';

/** A store that exists before any cluster, where the hosts of local clusters can reach it. */
export interface ExistingStore {
  /** Of `--discovery`, without a path. */
  readonly url: string;
  restart(): Promise<void>;
  /** Loses all its data. */
  wipe(): Promise<void>;
  remove(): Promise<void>;
}

/** The address by which containers of every network reach what this machine publishes. */
export async function gateway(place: Workplace): Promise<string> {
  const format = '{{(index .IPAM.Config 0).Gateway}}';
  return place.docker('network', 'inspect', 'bridge', '--format', format);
}

/** A store in a container of the outer engine, with its data in a volume. */
async function inContainer(
  place: Workplace,
  name: string,
  options: { port: number; data: string; image: string; command: readonly string[] },
): Promise<Omit<ExistingStore, 'url'>> {
  const { port, data, image, command } = options;
  const address = await gateway(place);
  const run = async () => {
    await place.docker(
      ...['run', '--detach', '--name', name, '--volume', `${name}:${data}`],
      ...['--publish', `${address}:${String(port)}:${String(port)}`],
      ...['--entrypoint', command[0] ?? '', image, ...command.slice(1)],
    );
  };
  const remove = async () => {
    await place.docker('rm', '--force', '--volumes', name);
    await place.docker('volume', 'rm', '--force', name);
  };
  await remove();
  await run();
  return {
    async restart() {
      await place.docker('restart', '--time', '2', name);
    },
    wipe: async () => {
      await remove();
      await run();
    },
    remove,
  };
}

/** An etcd without TLS. */
export async function existingEtcd(place: Workplace, image: string): Promise<ExistingStore> {
  const address = await gateway(place);
  const port = 12_379;
  const url = `http://${address}:${String(port)}`;
  const command = [
    ...['etcd', '--enable-v2=true', '--data-dir=/data'],
    ...[`--listen-client-urls=http://0.0.0.0:${String(port)}`, `--advertise-client-urls=${url}`],
  ];
  const control = await inContainer(place, 'test-etcd', { port, data: '/data', image, command });
  return { url: `etcd://${address}:${String(port)}`, ...control };
}

export async function existingZooKeeper(place: Workplace): Promise<ExistingStore> {
  const address = await gateway(place);
  const port = 12_181;
  const settings = `clientPort=${String(port)}\\ndataDir=/data\\ntickTime=2000\\n4lw.commands.whitelist=srvr\\nadmin.enableServer=false\\n`;
  const command = [
    ...['bash', '-c'],
    `printf '${settings}' > /tmp/zoo.cfg && exec zkServer.sh start-foreground /tmp/zoo.cfg`,
  ];
  const image = sandbox.zookeeperImage();
  const control = await inContainer(place, 'test-zk', { port, data: '/data', image, command });
  return { url: `zk://${address}:${String(port)}`, ...control };
}

/** No real consul can be had for the tests: a server that follows its documented HTTP API. */
export async function existingConsul(place: Workplace): Promise<ExistingStore> {
  const host = await gateway(place);
  const port = 18_500;
  const folder = await mkdtemp(path.join(place.home, 'consul-'));
  const file = path.join(folder, 'state.json');
  const start = () => startConsul({ host, port, file, sessionTtlMin: 1000 });
  let server = await start();
  return {
    url: `consul://${host}:${String(port)}`,
    async restart() {
      await server.close();
      server = await start();
    },
    async wipe() {
      await server.close();
      await rm(file, { force: true });
      server = await start();
    },
    async remove() {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
