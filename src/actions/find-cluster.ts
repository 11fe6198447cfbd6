import type { ClusterRecord } from '../cluster/record.ts';
import { SwarmctlError } from '../errors.ts';
import type { ActionContext } from './context.ts';
import { openOuter, recordsByLabel } from './locate.ts';

export interface FoundCluster {
  readonly record: ClusterRecord;
  /** Whether this machine's state knows it; otherwise it was found by its labels. */
  readonly source: 'state' | 'labels';
}

/**
 * The cluster of that name or, without a name, the only one. Undefined when there is none by the
 * name given; without a name, none or several is an error.
 */
export async function findCluster(
  name: string | undefined,
  context: ActionContext,
): Promise<FoundCluster | undefined> {
  if (name !== undefined) return findByName(name, context);
  const stored = await context.home.list();
  const names = stored.map((cluster) => cluster.name);
  const labelled = names.length === 0 ? await labelledRecords(context) : new Map();
  const all = [...names, ...(labelled.keys() as Iterable<string>)];
  if (all.length === 0) {
    throw new SwarmctlError('NO_CLUSTER', 'there is no cluster', {
      suggestions: ['swarmctl create --discovery etcd --nodes 3'],
    });
  }
  if (all.length > 1) {
    throw new SwarmctlError('SEVERAL_CLUSTERS', `which cluster? There are ${all.join(', ')}`, {
      suggestions: ['name one of them'],
    });
  }
  return findByName(all[0] ?? '', context);
}

async function findByName(
  name: string,
  context: ActionContext,
): Promise<FoundCluster | undefined> {
  const stored = await context.home.load(name);
  if ('record' in stored) return { record: stored.record, source: 'state' };
  const record = (await labelledRecords(context)).get(name);
  if (record === undefined) return undefined;
  context.warn(`${name}: ${stored.problem}; it was found by its labels`);
  return { record, source: 'labels' };
}

/** Clusters on the current engine; none when that does not answer. */
export async function labelledRecords(
  context: ActionContext,
): Promise<Map<string, ClusterRecord>> {
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
