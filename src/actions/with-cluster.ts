import type { World } from '../steps/world.ts';
import type { ActionContext } from './context.ts';
import { requireCluster } from './find-cluster.ts';
import { openWorld } from './open-world.ts';

/** Does `work` with everything of one cluster, and closes it. */
export async function withCluster<T>(
  name: string | undefined,
  context: ActionContext,
  work: (world: World) => Promise<T>,
  patience?: number,
): Promise<T> {
  const record = await requireCluster(name, context);
  const world = await openWorld(record, context, { ...(patience !== undefined && { patience }) });
  try {
    return await work(world);
  } finally {
    await world.dispose();
  }
}
