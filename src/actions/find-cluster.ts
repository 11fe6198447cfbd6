import type { ClusterRecord } from '../cluster/record.ts';
import { SwarmctlError } from '../errors.ts';
import type { ActionContext } from './context.ts';
import { openOuter, recordsByLabel } from './locate.ts';
import { recordsOnHosts } from './records-on-hosts.ts';

export interface FoundCluster {
  readonly name: string;
  /** Undefined when neither this machine's state nor the engine's labels hold it. */
  readonly record: ClusterRecord | undefined;
  /** Why the state does not hold it; empty when it does. */
  readonly problem: string;
}

/**
 * The cluster of that name or, without a name, the only one; without a name, none or several is
 * an error.
 */
export async function findCluster(
  name: string | undefined,
  context: ActionContext,
): Promise<FoundCluster> {
  if (name !== undefined) return findByName(name, context);
  const stored = (await context.home.list()).map((cluster) => cluster.name);
  const names = [...new Set([...stored, ...(await labelledRecords(context)).keys()])].sort();
  if (names.length > 1) {
    throw new SwarmctlError('SEVERAL_CLUSTERS', `which cluster? There are ${names.join(', ')}`, {
      suggestions: ['name one of them'],
    });
  }
  const [only] = names;
  if (only !== undefined) return findByName(only, context);
  throw new SwarmctlError('NO_CLUSTER', 'there is no cluster', {
    suggestions: ['swarmctl create --discovery etcd --nodes 3'],
  });
}

/** The same, but a cluster that cannot be found is an error. */
export async function requireCluster(
  name: string | undefined,
  context: ActionContext,
): Promise<ClusterRecord> {
  const found = await findCluster(name, context);
  if (found.record) return found.record;
  throw new SwarmctlError('NO_CLUSTER', `there is no cluster ${found.name}: ${found.problem}`, {
    suggestions: ['swarmctl ls', 'point DOCKER_HOST at the engine that holds its hosts'],
  });
}

async function findByName(name: string, context: ActionContext): Promise<FoundCluster> {
  const stored = await context.home.load(name);
  if ('record' in stored) return { name, record: stored.record, problem: '' };
  const { problem } = stored;
  const record = (await labelledRecords(context)).get(name);
  if (record) context.warn(`${name}: ${problem}; it was found by its labels`);
  return { name, record, problem };
}

/** Clusters on the current engine, none when that does not answer, and on the servers to look at. */
export async function labelledRecords(context: ActionContext): Promise<Map<string, ClusterRecord>> {
  const [here, there] = await Promise.all([recordsHere(context), recordsOnHosts(context)]);
  return new Map([...here, ...there]);
}

async function recordsHere(context: ActionContext): Promise<Map<string, ClusterRecord>> {
  const opened = await openOuter(context).catch((error: unknown) => {
    context.signal.throwIfAborted();
    if (error instanceof SwarmctlError) return undefined;
    throw error;
  });
  if (!opened) return new Map();
  try {
    return await recordsByLabel(opened.outer, context.signal);
  } finally {
    opened.outer.close();
  }
}
