import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreEndpoint } from '../../../src/stores/address.ts';
import { putIntoEtcd } from '../../../src/stores/etcd.ts';
import { askZooKeeper } from '../../../src/stores/zookeeper.ts';

const ZOOKEEPER_JAR = '/usr/share/java/zookeeper.jar';
const JAVA = '/usr/bin/java';
const ETCD = '/usr/bin/etcd';

const quiet = new AbortController().signal;

/** Why the tests with a real server are skipped; undefined when they are not. */
export const withoutZooKeeper = lacking('zookeeper', ZOOKEEPER_JAR, JAVA);
export const withoutEtcd = lacking('etcd-server', ETCD);

/** A real server on ports of 127.0.0.1, with a folder of its own. */
export interface RealServer extends AsyncDisposable {
  readonly store: StoreEndpoint;
  readonly port: number;
  /** Ends the process, keeps its folder, and starts it again. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Debian's ZooKeeper, of which no daemon is started: the package alone starts none. */
export async function startZooKeeper(): Promise<RealServer> {
  return serve(
    'zookeeper',
    1,
    (store) => askZooKeeper(store, 'ready', quiet),
    async (folder, [port = 0]) => {
      const config = path.join(folder, 'zoo.cfg');
      const lines = [
        'tickTime=500',
        `dataDir=${folder}/data`,
        `clientPort=${port}`,
        'clientPortAddress=127.0.0.1',
        'admin.enableServer=false',
      ];
      await writeFile(config, `${lines.join('\n')}\n`);
      const main = 'org.apache.zookeeper.server.quorum.QuorumPeerMain';
      return { command: JAVA, options: ['-Xmx64m', '-cp', ZOOKEEPER_JAR, main, config] };
    },
  );
}

/** Debian's etcd as somebody else may run it: plain http, the v2 API on or off. */
export async function startEtcd(v2: boolean): Promise<RealServer> {
  // Without the v2 API nothing can be asked but whether somebody listens.
  const ready = (store: StoreEndpoint) =>
    v2 ? putIntoEtcd(store, 'ready', '', quiet) : untilOpen(store.addresses[0]?.port ?? 0);
  return serve('etcd', 2, ready, (folder, [port = 0, peer = 0]) => {
    const own = `http://127.0.0.1:${peer}`;
    const client = `http://127.0.0.1:${port}`;
    return Promise.resolve({
      command: ETCD,
      options: [
        ...[`--data-dir=${folder}/data`, `--enable-v2=${String(v2)}`, '--name=own'],
        ...[`--listen-client-urls=${client}`, `--advertise-client-urls=${client}`],
        ...[`--listen-peer-urls=${own}`, `--initial-advertise-peer-urls=${own}`],
        `--initial-cluster=own=${own}`,
      ],
    });
  });
}

async function serve(
  name: string,
  ports: number,
  ready: (store: StoreEndpoint) => Promise<unknown>,
  prepare: (
    folder: string,
    ports: readonly number[],
  ) => Promise<{ command: string; options: string[] }>,
): Promise<RealServer> {
  const folder = await mkdtemp(path.join(tmpdir(), `swarmctl-${name}-`));
  const chosen = await Promise.all(Array.from({ length: ports }, freePort));
  const [port = 0] = chosen;
  const { command, options } = await prepare(folder, chosen);

  const launch = () => spawn(command, options, { cwd: folder, stdio: 'ignore' });
  let child = launch();
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  const store = { addresses: [{ host: '127.0.0.1', port }] };
  await until(() => ready(store));
  return {
    port,
    store,
    stop,
    async restart() {
      await stop();
      child = launch();
      await until(() => ready(store));
    },
    async [Symbol.asyncDispose]() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function untilOpen(port: number): Promise<void> {
  const socket = net.connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}

/** A port opens before a server serves: ZooKeeper hangs up, etcd has no leader yet. */
async function until(probe: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      await probe();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(100);
    }
  }
}

function lacking(packageName: string, ...files: string[]): string | undefined {
  const missing = files.filter((file) => !existsSync(file));
  if (missing.length === 0) return undefined;
  return `${missing.join(', ')} missing: apt-get install ${packageName}`;
}
