import { limited } from '../util/abort.ts';
import type { ActionContext } from './context.ts';

/** Does what has to be done after an interruption as well, and for which time was not asked before. */
export async function inOwnTime<T>(
  milliseconds: number,
  context: ActionContext,
  work: (inside: ActionContext) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const until = Date.now() + milliseconds;
  try {
    return await work({
      ...context,
      signal: limited(over.signal, milliseconds),
      remaining: () => Math.max(1, until - Date.now()),
    });
  } finally {
    over.abort();
  }
}
