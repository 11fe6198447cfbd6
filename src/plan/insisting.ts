import { retrying } from '../util/retry.ts';
import { isWaiting, whileWaiting } from '../util/still-waiting.ts';

interface Attempts {
  /** What is done, as the end of "still waiting for …". */
  readonly doing: string;
  readonly host: string | undefined;
  readonly signal: AbortSignal;
  readonly say: (sentence: string) => void;
}

/** Milliseconds: work that tells itself what it waits for knows better, and has the first word. */
const OWN_WORDS = 2000;

/**
 * Does the work of a step, again when it fails for a reason that may pass, and tells meanwhile how it
 * stands.
 */
export async function insisting<T>(
  { doing, host, signal, say }: Attempts,
  work: (report: (sentence: string) => void) => Promise<T>,
): Promise<T> {
  const what = host === undefined ? doing : `${doing} on ${host}`;
  let ownWords = Date.now() + OWN_WORDS;
  const tell = (sentence: string) => {
    if (Date.now() - ownWords >= OWN_WORDS) say(sentence);
  };
  return whileWaiting({ what, tell }, async (wait) => {
    const report = (sentence: string) => {
      if (isWaiting(sentence)) ownWords = Date.now();
      else wait.doing(sentence);
      say(sentence);
    };
    const onRetry = (error: unknown) => {
      ownWords = -Infinity;
      wait.failed(error);
      wait.tellNow();
    };
    return retrying({ signal, onRetry }, () => work(report));
  });
}
