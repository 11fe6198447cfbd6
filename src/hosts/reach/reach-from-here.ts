import { connect } from 'node:net';
import { reasonOf } from '../../errors.ts';
import { abortable, firstOf, limited } from '../../util/abort.ts';
import { outcomeOf, REACH_DEADLINE, type Reach, type Target } from './target.ts';

/** Longer than Node's own, after which it gives up all but the last address of a name. */
const ATTEMPT_DEADLINE = 1000;

/** Tries from this machine to reach targets, all at once. Rejects only when the signal aborts. */
export function reachFromHere(targets: readonly Target[], signal: AbortSignal): Promise<Reach[]> {
  return Promise.all(targets.map((target) => attempt(target, signal)));
}

async function attempt(target: Target, signal: AbortSignal): Promise<Reach> {
  // With the answer the deadline has to go as well, or the process would live as long.
  const finished = new AbortController();
  const deadline = limited(firstOf(signal, finished.signal), REACH_DEADLINE);
  const socket = connect({ ...target, autoSelectFamilyAttemptTimeout: ATTEMPT_DEADLINE });
  const connected = new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  try {
    await abortable(connected, deadline);
    return { ...target, outcome: 'open', words: '' };
  } catch (error) {
    signal.throwIfAborted();
    if (deadline.aborted) return { ...target, outcome: 'blocked', words: 'no answer' };
    const words = inWords(error);
    return { ...target, outcome: outcomeOf(words), words };
  } finally {
    finished.abort();
    socket.destroy();
  }
}

/** In the words that the tools of a server use: Node says the names of the C library's constants. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
  EADDRNOTAVAIL: 'cannot assign requested address',
  EAFNOSUPPORT: 'address family not supported',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  ETIMEDOUT: 'connection timed out',
  ENOTFOUND: 'name or service not known',
  EAI_AGAIN: 'temporary failure in name resolution',
};

function inWords(error: unknown): string {
  const all: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  return all
    .map((each) => {
      const code = each instanceof Error && 'code' in each ? String(each.code) : '';
      return WORDS[code] ?? reasonOf(each);
    })
    .join('; ');
}
