import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import { isLocal, type ClusterRecord, type Host } from '../cluster/record.ts';
import { startDocker } from '../engine/docker-cli.ts';
import { reasonOf } from '../errors.ts';
import { containerName } from '../hosts/local/names.ts';
import { localHosts, type World } from '../steps/world.ts';
import { gate } from '../util/concurrency.ts';
import type { ActionContext } from './context.ts';
import { requireCluster } from './find-cluster.ts';
import { findHost } from './find-host.ts';
import { openWorld } from './open-world.ts';
import { connectionTo, CONNECT_DEADLINE } from './shell-on-host.ts';

interface Wanted {
  /** Undefined for all hosts of the cluster. */
  readonly host: string | undefined;
  readonly cluster: string | undefined;
  readonly command: readonly string[];
  readonly concurrency: number;
  /** Told every line as it comes. */
  readonly onLine: (host: string, stream: 'stdout' | 'stderr', line: string) => void;
}

export interface HostOutcome {
  readonly host: string;
  /** Of the command; null when it could not be run there. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Why it could not be run; empty when it was. */
  readonly problem: string;
}

/** Runs a command on one host or on all, at once; a host that fails does not stop the others. */
export async function execOnHosts(wanted: Wanted, context: ActionContext): Promise<HostOutcome[]> {
  const { record, hosts } = await hostsMeant(wanted, context);
  const world = await openWorld(record, context, {
    patience: Math.min(CONNECT_DEADLINE, context.remaining() / 2),
  });
  const inTurn = gate(wanted.concurrency);
  try {
    return await Promise.all(
      hosts.map((host) => inTurn(() => execOn(world, host, wanted, context.signal))),
    );
  } finally {
    await world.dispose();
  }
}

async function hostsMeant(
  { host: name, cluster }: Wanted,
  context: ActionContext,
): Promise<{ record: ClusterRecord; hosts: readonly Host[] }> {
  if (name === undefined) {
    const record = await requireCluster(cluster, context);
    return { record, hosts: record.hosts };
  }
  const { record, host } = await findHost(name, cluster, context);
  return { record, hosts: [host] };
}

async function execOn(
  world: World,
  host: Host,
  { command, onLine }: Wanted,
  signal: AbortSignal,
): Promise<HostOutcome> {
  const texts = { stdout: '', stderr: '' };
  const follow = async (stream: Readable, which: 'stdout' | 'stderr') => {
    for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
      texts[which] += `${line}\n`;
      onLine(host.name, which, line);
    }
  };
  try {
    const running = isLocal(host)
      ? await startDocker(
          localHosts(world).outer.url,
          ['exec', containerName(host.name), ...command],
          signal,
        )
      : await (await connectionTo(world, host)).stream(command, { signal });
    running.stdin.end();
    const [exitCode] = await Promise.all([
      running.ended,
      follow(running.stdout, 'stdout'),
      follow(running.stderr, 'stderr'),
    ]);
    return { host: host.name, exitCode, ...texts, problem: '' };
  } catch (error) {
    signal.throwIfAborted();
    return { host: host.name, exitCode: null, ...texts, problem: reasonOf(error) };
  }
}
