import { reasonOf } from '../errors.ts';
import { bounded, isTimeout } from '../util/abort.ts';
import { StoreError } from './store-error.ts';

/**
 * Gives `work` so many milliseconds. Rejects with a StoreError about `server` when they are over,
 * with the signal's own reason when that aborts; leaves no timer behind.
 */
export async function within<T>(
  milliseconds: number,
  server: string,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  try {
    return await bounded(milliseconds, signal, work);
  } catch (error) {
    signal.throwIfAborted();
    if (!isTimeout(error)) throw error;
    throw new StoreError(`${server}: ${reasonOf(error)}`, { cause: error });
  }
}

/** Milliseconds: with several servers a mute one leaves time for the others. */
const ALONE_LIMIT = 8000;
const EACH_LIMIT = 3000;

/**
 * Tries the servers of a store one after another until `work` succeeds with one, each for so long.
 * Rejects with all reasons.
 */
export async function firstThatWorks<S, T>(
  servers: readonly S[],
  say: (server: S) => string,
  signal: AbortSignal,
  work: (server: S, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const failures: StoreError[] = [];
  for (const server of servers) {
    try {
      const limit = servers.length === 1 ? ALONE_LIMIT : EACH_LIMIT;
      return await within(limit, say(server), signal, (bounded) => work(server, bounded));
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof StoreError)) throw error;
      failures.push(error);
    }
  }
  const [first, ...others] = failures;
  if (first && others.length === 0) throw first;
  throw new StoreError(failures.map(reasonOf).join('; '), {
    status: first?.status,
    cause: new AggregateError(failures),
  });
}
