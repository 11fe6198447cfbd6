import { checkedSpec, type ClusterRequest } from './cluster-request.ts';
import type { ActionContext } from './context.ts';
import { openRequested } from './create-cluster.ts';
import { explainCluster, type PlannedCluster } from './explain-cluster.ts';

/** What `create` would do, found out by its own steps. Nothing is changed. */
export async function planCluster(
  request: ClusterRequest,
  ignored: readonly string[],
  context: ActionContext,
): Promise<PlannedCluster> {
  const spec = await checkedSpec(request);
  const { world, changes } = await openRequested({ request, spec, ignored }, context, true);
  try {
    return await explainCluster(world, changes, context.signal);
  } finally {
    await world.dispose();
  }
}
