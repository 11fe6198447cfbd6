import { pause } from './abort.ts';
import { pauseAfter, type Random } from './backoff.ts';
import { classOf } from './failure-class.ts';

/** With these pauses an engine that is restarted has come back before the last attempt. */
const RETRIES = 3;
const GROWTH = { first: 1000, factor: 3, longest: 9000 };

interface Retrying {
  readonly signal: AbortSignal;
  /** Told of every failure after which it is tried again. */
  readonly onRetry?: (error: unknown) => void;
  readonly random?: Random;
}

/**
 * Does work that may be done twice, again after failures that may pass by themselves
 * (failure-class.ts). Rejects with the last failure, or with the signal's reason when that aborts.
 */
export async function retrying<T>(
  { signal, onRetry, random }: Retrying,
  work: () => Promise<T>,
): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      if (failures > RETRIES || classOf(error) === 'final') throw error;
      onRetry?.(error);
      await pause(pauseAfter(failures, GROWTH, random), signal);
    }
  }
}
