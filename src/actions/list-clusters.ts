import type { ClusterRecord } from '../cluster/record.ts';
import type { ListedCluster } from '../health/status.ts';
import { managerUrl } from '../hosts/access.ts';
import { reasonOf } from '../errors.ts';
import type { ActionContext } from './context.ts';
import { labelledRecords } from './find-cluster.ts';
import { inspectCluster } from './inspect-cluster.ts';
import type { ListFilter } from './list-filters.ts';

interface Wanted {
  readonly filter: ListFilter;
  /** Whether each is asked how it is; otherwise its health is unknown. */
  readonly asks: boolean;
}

/** The clusters that this machine's state knows, and those the engine's labels show besides. */
export async function listClusters(
  { filter, asks }: Wanted,
  context: ActionContext,
): Promise<ListedCluster[]> {
  const [stored, labelled] = await Promise.all([context.home.list(), labelledRecords(context)]);
  const known = new Map<string, { record: ClusterRecord | undefined; problem: string }>();
  for (const [name, record] of labelled) {
    known.set(name, { record, problem: 'known by its labels only' });
  }
  for (const cluster of stored) {
    if ('record' in cluster) known.set(cluster.name, { record: cluster.record, problem: '' });
    else known.set(cluster.name, { record: labelled.get(cluster.name), problem: cluster.problem });
  }
  const quiet = { ...context, warn: () => undefined };
  const listed = await Promise.all(
    [...known]
      .filter(([name, { record }]) => filter.mayPass({ name, record }))
      .map(([name, { record, problem }]) =>
        listOne(name, record, problem, asks || filter.asks ? quiet : undefined),
      ),
  );
  return listed.filter(filter.passes).sort((a, b) => a.name.localeCompare(b.name));
}

async function listOne(
  name: string,
  record: ClusterRecord | undefined,
  problem: string,
  context: ActionContext | undefined,
): Promise<ListedCluster> {
  if (!record) {
    return {
      name,
      health: 'unknown',
      discovery: null,
      nodes: null,
      manager: null,
      createdAt: null,
      expires: null,
      problem,
    };
  }
  const { health, expires, reason } = context
    ? await inspectCluster(name, context).then(
        ({ health, expires, problems }) => ({ health, expires, reason: problems[0] ?? '' }),
        (error: unknown) => ({ health: 'unknown', expires: null, reason: reasonOf(error) }),
      )
    : { health: 'unknown', expires: null, reason: '' };
  return {
    name,
    health,
    discovery: record.spec.discovery,
    nodes: record.spec.nodes,
    manager: managerUrl(record),
    createdAt: record.createdAt,
    expires,
    problem: problem || reason,
  };
}
