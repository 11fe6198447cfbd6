import { SwarmctlError, reasonOf, type ErrorCode } from '../errors.ts';
import { abortable, limited, pause } from './abort.ts';
import { jittered } from './backoff.ts';
import { sayDuration } from './duration.ts';
import { Hopeless, isRejection } from './failure-class.ts';
import { whileWaiting } from './still-waiting.ts';

/** The pause is a tenth to a fifth of the time waited so far: little of it is waited in vain. */
const SHORTEST_PAUSE = 40;
const LONGEST_PAUSE = 800;
/** How often a failed probe is followed by the question whether waiting can help at all. */
const DOUBT_INTERVAL = 250;
const PROBE_DEADLINE = 5000;

interface Polling {
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
  /** Told each second how a long wait goes. */
  readonly onWaiting?: (sentence: string) => void;
}

/** Thrown by a probe to say "not yet, because …"; other errors that are not final count the same. */
export class NotYet extends Error {}

/**
 * Asks `probe` at short, growing intervals until it returns, and returns what it returned.
 * On the deadline it fails with what was waited for, where, and the last reason.
 */
export async function poll<T>(
  polling: Polling,
  probe: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { what, deadline, signal, whyHopeless, onWaiting: tell } = polling;
  const started = Date.now();
  let reason: string | undefined;
  let lastDoubted = started;
  return whileWaiting({ what, tell }, async (wait) => {
    for (;;) {
      const left = deadline - (Date.now() - started);
      if (left <= 0) {
        throw new SwarmctlError(
          polling.code ?? 'TIMEOUT',
          `gave up waiting for ${what} after ${sayDuration(deadline)}: ${reason ?? 'no answer yet'}`,
          { host: polling.host, suggestions: polling.suggestions ?? [] },
        );
      }
      const attempt = limited(signal, Math.min(left, PROBE_DEADLINE));
      try {
        return await abortable(probe(attempt), attempt);
      } catch (error) {
        signal.throwIfAborted();
        if (isFinal(error)) throw error;
        // A probe that was cut off says less than an earlier one that failed.
        if (!attempt.aborted || reason === undefined) {
          reason = reasonOf(error);
          wait.failed(error);
        }
      }
      if (whyHopeless && Date.now() - lastDoubted >= DOUBT_INTERVAL) {
        lastDoubted = Date.now();
        const doubt = limited(signal, PROBE_DEADLINE);
        const hopeless = await abortable(whyHopeless(doubt), doubt).catch(() => undefined);
        signal.throwIfAborted();
        if (hopeless !== undefined) throw new Hopeless(hopeless);
      }
      const waited = Date.now() - started;
      const interval = jittered(Math.min(Math.max(waited / 5, SHORTEST_PAUSE), LONGEST_PAUSE));
      const rest = deadline - waited;
      if (rest > 0) await pause(Math.min(interval, rest), signal);
    }
  });
}

/** What starts up answers with many an error; that it does not let us in is none of these. */
function isFinal(error: unknown): boolean {
  if (error instanceof SwarmctlError) return !error.transient;
  return error instanceof Hopeless || isRejection(error);
}
