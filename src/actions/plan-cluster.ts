import { explainPlan, type DueStep } from '../plan/explain-plan.ts';
import { clusterPlan } from './cluster-plan.ts';
import { checkedSpec, type ClusterRequest } from './cluster-request.ts';
import type { ActionContext } from './context.ts';
import { openRequested } from './create-cluster.ts';

export interface PlannedCluster {
  readonly name: string;
  readonly hosts: readonly { readonly name: string; readonly url: string }[];
  /** What `create` would do; empty when there is nothing to do. */
  readonly changes: readonly DueStep[];
}

/** What `create` would do, found out by its own steps. Nothing is changed. */
export async function planCluster(
  request: ClusterRequest,
  ignored: readonly string[],
  context: ActionContext,
): Promise<PlannedCluster> {
  const spec = await checkedSpec(request);
  const world = await openRequested({ request, spec, ignored }, context, true);
  try {
    return {
      name: spec.name,
      hosts: world.record.hosts.map(({ name, url }) => ({ name, url })),
      changes: await explainPlan(clusterPlan(world), context.signal),
    };
  } finally {
    await world.dispose();
  }
}
