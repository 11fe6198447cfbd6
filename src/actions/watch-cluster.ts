import type { ClusterStatus } from '../health/status.ts';
import { isInterruption, reasonOf } from '../errors.ts';
import { limited, pause } from '../util/abort.ts';
import type { ActionContext } from './context.ts';
import { inspectCluster } from './inspect-cluster.ts';

/** Milliseconds that one look may take. */
const LOOK_DEADLINE = 15_000;

/** What was seen, or why nothing could be. */
type Look = { readonly status: ClusterStatus } | { readonly problem: string };

/**
 * Looks at a cluster again and again, `interval` milliseconds after the answer, and tells each look;
 * returns when the person has had enough. A cluster that is gone may come back.
 */
export async function watchCluster(
  name: string | undefined,
  interval: number,
  onLook: (look: Look) => void,
  context: ActionContext,
): Promise<void> {
  const { signal } = context;
  try {
    for (;;) {
      const look = limited(signal, LOOK_DEADLINE);
      const inside = {
        ...context,
        signal: look,
        remaining: () => LOOK_DEADLINE,
        // What it warns of is in what is seen.
        warn: () => undefined,
      };
      onLook(
        await inspectCluster(name, inside).then(
          (status): Look => ({ status }),
          (error: unknown): Look => ({ problem: reasonOf(error) }),
        ),
      );
      signal.throwIfAborted();
      await pause(interval, signal);
    }
  } catch (error) {
    if (!isInterruption(error) && !isInterruption(signal.reason)) throw error;
  }
}
