import type { ClusterRecord, Host } from '../cluster/record.ts';
import { discoveryOf } from '../discovery/index.ts';
import { SwarmctlError, reasonOf } from '../errors.ts';
import { AGENT, MANAGER } from '../swarm/services.ts';
import type { ActionContext } from './context.ts';
import { requireCluster } from './find-cluster.ts';
import { findHost } from './find-host.ts';
import { openWorld } from './open-world.ts';
import { CONNECT_DEADLINE } from './shell-on-host.ts';

type Part = 'manager' | 'agent' | 'discovery';

interface Wanted {
  readonly host: string | undefined;
  readonly cluster: string | undefined;
  /** Of which parts; empty for the manager or, of one host, for all that it has. */
  readonly parts: readonly Part[];
  readonly follow: boolean;
  /** Lines from the end; undefined for all. */
  readonly tail: number | undefined;
  /** Seconds since 1970. */
  readonly since: number | undefined;
  /** Told every line; `several` when there is more than one service. */
  readonly onLine: (line: Line, several: boolean) => void;
}

interface Line {
  readonly host: string;
  readonly service: string;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** Reads what services of a cluster wrote; resolves when all are read, or never while following. */
export async function readLogs(wanted: Wanted, context: ActionContext): Promise<void> {
  const { record, only } = await meant(wanted, context);
  const services = servicesOf(record, wanted.parts, only);
  if (services.length === 0) {
    throw new SwarmctlError('USAGE', 'no such service is there', {
      suggestions: ['--manager and --discovery are on the master, --agent on the nodes'],
    });
  }
  const world = await openWorld(record, context, { patience: CONNECT_DEADLINE });
  const { follow, tail, since } = wanted;
  try {
    const outcomes = await Promise.allSettled(
      services.map(async ({ host, service }) => {
        const engine = await world.access.engine(host);
        const said = { host: host.name, service };
        await engine.readLog(service, { follow, tail, since }, context.signal, (stream, text) => {
          wanted.onLine({ ...said, stream, text }, services.length > 1);
        });
      }),
    );
    context.signal.throwIfAborted();
    const failed = outcomes.flatMap((outcome, index) =>
      outcome.status === 'rejected'
        ? [
            `${services[index]?.service ?? ''} on ${services[index]?.host.name ?? ''}: ${reasonOf(outcome.reason)}`,
          ]
        : [],
    );
    if (failed.length > 0) throw new SwarmctlError('STEP_FAILED', failed.join('\n'));
  } finally {
    await world.dispose();
  }
}

async function meant(
  { host, cluster }: Wanted,
  context: ActionContext,
): Promise<{ record: ClusterRecord; only: Host | undefined }> {
  if (host === undefined)
    return { record: await requireCluster(cluster, context), only: undefined };
  const found = await findHost(host, cluster, context);
  return { record: found.record, only: found.host };
}

function servicesOf(record: ClusterRecord, parts: readonly Part[], only: Host | undefined) {
  const { deployed, agents } = discoveryOf(record.spec);
  const usual: readonly Part[] = only ? ['manager', 'discovery', 'agent'] : ['manager'];
  const wanted = parts.length > 0 ? parts : usual;
  return (only ? [only] : record.hosts).flatMap((host) => {
    const there: [Part, string | undefined][] = [
      ['discovery', host.master ? deployed?.service(record).name : undefined],
      ['manager', host.master ? MANAGER : undefined],
      ['agent', host.node && agents ? AGENT : undefined],
    ];
    return there.flatMap(([part, service]) =>
      service !== undefined && wanted.includes(part) ? [{ host, service }] : [],
    );
  });
}
