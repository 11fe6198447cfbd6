import { SwarmctlError, reasonOf, type ErrorCode } from '../errors.ts';
import { abortable, limited, pause } from './abort.ts';
import { sayDuration } from './duration.ts';

const FIRST_PAUSE = 40;
const LONGEST_PAUSE = 500;
const PROBE_DEADLINE = 5000;

interface Wait {
  /** What is waited for, as the end of "still waiting for …". */
  readonly what: string;
  readonly host?: string | undefined;
  /** Milliseconds until the wait is given up. */
  readonly deadline: number;
  readonly signal: AbortSignal;
  readonly suggestions?: readonly string[];
  /** Code of the failure; TIMEOUT when left out. */
  readonly code?: ErrorCode;
  /** Told now and then how the wait goes. */
  readonly onWaiting?: (sentence: string) => void;
}

/** Thrown by a probe to say "not yet, because …"; any other error counts the same. */
export class NotYet extends Error {}

/** Thrown by a probe when waiting longer cannot help. */
export class Hopeless extends Error {}

/**
 * Asks `probe` at short, growing intervals until it returns, and returns what it returned.
 * On the deadline it fails with what was waited for, where, and the last reason.
 */
export async function poll<T>(wait: Wait, probe: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const started = Date.now();
  let interval = FIRST_PAUSE;
  let reason: string | undefined;
  let lastTold = started;
  for (;;) {
    const left = wait.deadline - (Date.now() - started);
    if (left <= 0) {
      throw new SwarmctlError(
        wait.code ?? 'TIMEOUT',
        `gave up waiting for ${wait.what} after ${sayDuration(wait.deadline)}: ${reason ?? 'no answer yet'}`,
        { host: wait.host, suggestions: wait.suggestions ?? [] },
      );
    }
    const given = Math.min(left, PROBE_DEADLINE);
    const attempt = limited(wait.signal, given);
    try {
      return await abortable(probe(attempt), attempt);
    } catch (error) {
      wait.signal.throwIfAborted();
      if (error instanceof Hopeless || error instanceof SwarmctlError) throw error;
      // A probe that was cut off says less than an earlier one that failed.
      if (!attempt.aborted || reason === undefined) reason = reasonOf(error);
    }
    if (Date.now() - lastTold >= 1000) {
      lastTold = Date.now();
      wait.onWaiting?.(
        `still waiting for ${wait.what} (${sayDuration(lastTold - started)}): ${reason}`,
      );
    }
    const rest = wait.deadline - (Date.now() - started);
    if (rest > 0) await pause(Math.min(interval, rest), wait.signal);
    interval = Math.min(interval * 1.5, LONGEST_PAUSE);
  }
}
