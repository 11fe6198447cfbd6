import type { ActionContext } from './context.ts';
import { destroyCluster, type DestroyResult } from './destroy-cluster.ts';
import { inOwnTime } from './in-own-time.ts';

/** As long as a destroy may take; milliseconds. */
const DEADLINE = 120_000;

interface Own {
  readonly name: string;
  /** Of its record: two clusters of one name differ in it. */
  readonly createdAt: string;
  readonly concurrency: number;
}

/**
 * Removes the cluster that `run` has made, whole or in part, and none that somebody else has made under
 * its name since. An interruption that came before does not keep it from that.
 */
export async function removeOwn(
  { name, createdAt, concurrency }: Own,
  context: ActionContext,
): Promise<DestroyResult> {
  const isOurs = async () => {
    const stored = await context.home.load(name);
    if ('record' in stored) return stored.record.createdAt === createdAt;
    // The record is the first thing that is made, and the last that goes.
    return context.home.cluster(name).exists();
  };
  return inOwnTime(DEADLINE, context, (inside) =>
    destroyCluster(
      {
        ...{ name, concurrency, confirm: isOurs },
        keepEntries: false,
        removesEngines: false,
        unreachable: 'skip',
        // The command may have been at work on the cluster when it was ended.
        lockWait: DEADLINE / 2,
      },
      inside,
    ),
  );
}
