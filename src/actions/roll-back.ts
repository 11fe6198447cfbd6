import { SwarmctlError, reasonOf, retold } from '../errors.ts';
import type { ActionContext } from './context.ts';
import { destroyLocked } from './destroy-cluster.ts';
import { inOwnTime } from './in-own-time.ts';

/** As long as a destroy may take; milliseconds. */
const ROLLBACK_DEADLINE = 120_000;

/**
 * Takes back what a create has made that failed or was interrupted, and returns the error that says
 * so. The cluster must be one that this create has begun, and its lock be held. A second signal ends
 * the process as ever; the journal stays usable.
 */
export async function rollBack(
  name: string,
  failure: unknown,
  concurrency: number,
  context: ActionContext,
): Promise<unknown> {
  // Nothing was written down, so nothing was made.
  if (!(await context.home.cluster(name).exists())) return failure;
  context.note(`taking back what was made of ${name}`);
  const confirm = () => Promise.resolve(true);
  try {
    // The evidence of why it failed is there already.
    const asking = { ...context, onEvidence: undefined };
    await inOwnTime(ROLLBACK_DEADLINE, asking, (inside) =>
      destroyLocked(name, { concurrency, confirm, unreachable: 'skip' }, inside),
    );
    return retold(failure, `${reasonOf(failure)}\neverything that was made is taken back`);
  } catch (error) {
    const left = `not everything could be taken back: ${reasonOf(error)}`;
    const known = error instanceof SwarmctlError ? error.suggestions : [];
    return retold(failure, `${reasonOf(failure)}\n${left}`, [
      ...known,
      `swarmctl status ${name}`,
      `swarmctl destroy ${name}`,
    ]);
  }
}
