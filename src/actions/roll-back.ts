import { SwarmctlError, reasonOf, retold } from '../errors.ts';
import { limited } from '../util/abort.ts';
import type { ActionContext } from './context.ts';
import { destroyLocked } from './destroy-cluster.ts';

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
  const over = new AbortController();
  const signal = limited(over.signal, ROLLBACK_DEADLINE);
  const until = Date.now() + ROLLBACK_DEADLINE;
  const remaining = () => Math.max(1, until - Date.now());
  const confirm = () => Promise.resolve(true);
  try {
    // The evidence of why it failed is there already.
    const inside = { ...context, signal, remaining, onEvidence: undefined };
    await destroyLocked(name, { concurrency, confirm, unreachable: 'skip' }, inside);
    return retold(failure, `${reasonOf(failure)}\neverything that was made is taken back`);
  } catch (error) {
    const left = `not everything could be taken back: ${reasonOf(error)}`;
    const known = error instanceof SwarmctlError ? error.suggestions : [];
    return retold(failure, `${reasonOf(failure)}\n${left}`, [
      ...known,
      `swarmctl status ${name}`,
      `swarmctl destroy ${name}`,
    ]);
  } finally {
    over.abort();
  }
}
