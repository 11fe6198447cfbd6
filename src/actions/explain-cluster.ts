import type { Difference } from '../cluster/spec.ts';
import { withLeaving } from '../cluster/record.ts';
import { explainPlan, type DueStep } from '../plan/explain-plan.ts';
import type { World } from '../steps/world.ts';
import { clusterPlan } from './cluster-plan.ts';

export interface PlannedCluster {
  readonly name: string;
  /** Those that leave included. */
  readonly hosts: readonly { readonly name: string; readonly url: string }[];
  /** What of a cluster that exists is not as asked for. */
  readonly differences: readonly Difference[];
  /** What `create` would do; empty when there is nothing to do. */
  readonly changes: readonly DueStep[];
}

/** What is left to do for a cluster, found out by its own steps. Nothing is changed. */
export async function explainCluster(
  world: World,
  differences: readonly Difference[],
  signal: AbortSignal,
): Promise<PlannedCluster> {
  const { record } = world;
  return {
    name: record.spec.name,
    hosts: withLeaving(record).hosts.map(({ name, url }) => ({ name, url })),
    differences: differences.map(({ setting, was, wanted }) => ({ setting, was, wanted })),
    changes: await explainPlan(clusterPlan(world), signal),
  };
}
