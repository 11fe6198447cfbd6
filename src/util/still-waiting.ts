import { reasonOf } from '../errors.ts';
import { sayDuration } from './duration.ts';

/** Milliseconds: shorter waits are not worth a word. */
const PATIENCE = 3000;
const INTERVAL = 1000;

interface Waiting {
  /** What is waited for and where, as the end of "still waiting for …". */
  readonly what: string;
  /** Told each second, after the first few. */
  readonly tell?: ((sentence: string) => void) | undefined;
}

/** What whoever waits knows of it. */
interface Wait {
  /** Notes why it did not come about so far. */
  failed(error: unknown): void;
  /** Notes what is being done about it. */
  doing(sentence: string): void;
  /** Tells how it stands, without waiting for the next second. */
  tellNow(): void;
}

/** Does work that may take long, and tells meanwhile what is waited for, how long, and the last error. */
export async function whileWaiting<T>(
  { what, tell }: Waiting,
  work: (wait: Wait) => Promise<T>,
): Promise<T> {
  const since = Date.now();
  let known = '';
  const tellNow = () => {
    tell?.(`${BEGINNING}${what} (${sayDuration(Date.now() - since)})${known}`);
  };
  const timer = setInterval(() => {
    if (Date.now() - since >= PATIENCE) tellNow();
  }, INTERVAL);
  try {
    return await work({
      failed: (error) => (known = `: last error: ${reasonOf(error)}`),
      doing: (sentence) => (known = `: ${sentence}`),
      tellNow,
    });
  } finally {
    clearInterval(timer);
  }
}

const BEGINNING = 'still waiting for ';

export function isWaiting(sentence: string): boolean {
  return sentence.startsWith(BEGINNING);
}

const SHORTEST_GAP = 5000;
const LONGEST_GAP = 60_000;

/** Picks from the sentences of one lane those that a log needs: of a long wait fewer and fewer. */
export class Seldom {
  #due = 0;
  #gap = SHORTEST_GAP;

  /** Whether it is time for this sentence; any but that of a wait is always in time. */
  isDue(sentence: string): boolean {
    if (!isWaiting(sentence)) {
      this.#gap = SHORTEST_GAP;
      return true;
    }
    if (Date.now() < this.#due) return false;
    this.#due = Date.now() + this.#gap;
    this.#gap = Math.min(this.#gap * 1.5, LONGEST_GAP);
    return true;
  }
}
