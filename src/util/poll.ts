import { SwarmctlError, reasonOf, type ErrorCode } from '../errors.ts';
import { abortable, limited, pause } from './abort.ts';
import { sayDuration } from './duration.ts';

/** The pause is a tenth of the time waited so far, so that little of it is waited in vain. */
const SHORTEST_PAUSE = 20;
const LONGEST_PAUSE = 500;
/** How often a failed probe is followed by the question whether waiting can help at all. */
const DOUBT_INTERVAL = 250;
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
  /** Asked now and then why waiting cannot help; a reason ends the wait. */
  readonly whyHopeless?: (signal: AbortSignal) => Promise<string | undefined>;
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
  let reason: string | undefined;
  let lastTold = started;
  let lastDoubted = started;
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
    if (wait.whyHopeless && Date.now() - lastDoubted >= DOUBT_INTERVAL) {
      lastDoubted = Date.now();
      const doubt = limited(wait.signal, PROBE_DEADLINE);
      const hopeless = await abortable(wait.whyHopeless(doubt), doubt).catch(() => undefined);
      wait.signal.throwIfAborted();
      if (hopeless !== undefined) throw new Hopeless(hopeless);
    }
    if (Date.now() - lastTold >= 1000) {
      lastTold = Date.now();
      wait.onWaiting?.(
        `still waiting for ${wait.what} (${sayDuration(lastTold - started)}): ${reason}`,
      );
    }
    const waited = Date.now() - started;
    const interval = Math.min(Math.max(waited / 10, SHORTEST_PAUSE), LONGEST_PAUSE);
    const rest = wait.deadline - waited;
    if (rest > 0) await pause(Math.min(interval, rest), wait.signal);
  }
}
