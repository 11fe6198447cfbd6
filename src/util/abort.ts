import { sayDuration } from './duration.ts';

/** Rejects with the signal's reason as soon as it aborts, whatever `work` does meanwhile. */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  // Whoever is left waiting for nobody must not end the process with an unhandled rejection.
  work.catch(() => undefined);
  signal.throwIfAborted();
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/**
 * Begins `work` unless the signal has aborted, and sees it through: for so many milliseconds after the
 * signal aborts it may still end by itself, so that what it does is not done behind anybody's back.
 */
export async function seenThrough<T>(
  work: () => Promise<T>,
  signal: AbortSignal,
  grace: number,
): Promise<T> {
  signal.throwIfAborted();
  const over = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const wait = () => {
    timer = setTimeout(() => {
      over.abort(signal.reason);
    }, grace);
  };
  signal.addEventListener('abort', wait, { once: true });
  try {
    return await abortable(work(), over.signal);
  } finally {
    signal.removeEventListener('abort', wait);
    clearTimeout(timer);
  }
}

/** Sleeps, or rejects with the signal's own reason when it aborts. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)));
  try {
    await abortable(over, signal);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * A signal that follows `signal` and aborts by itself after so many milliseconds. (In Node 20 the
 * sources of `AbortSignal.any` are held weakly, and an `AbortSignal.timeout` among them may be
 * collected before it fires.)
 */
export function limited(signal: AbortSignal, milliseconds: number): AbortSignal {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(
      new DOMException(`no answer within ${sayDuration(milliseconds)}`, 'TimeoutError'),
    );
  }, milliseconds);
  follow(signal, controller, () => {
    clearTimeout(timer);
  });
  return controller.signal;
}

/** Whether it is what `limited` aborts with. */
export function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError';
}

/**
 * Gives `work` so many milliseconds; rejects with what `limited` says when they are over, and with the
 * signal's own reason when that aborts. Leaves no timer behind.
 */
export async function bounded<T>(
  milliseconds: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  const limit = limited(firstOf(signal, ended.signal), milliseconds);
  try {
    return await abortable(work(limit), limit);
  } catch (error) {
    // Of what `work` makes of that nothing is of interest.
    limit.throwIfAborted();
    throw error;
  } finally {
    ended.abort();
  }
}

/** A signal that aborts with the first of the given ones. */
export function firstOf(...signals: readonly AbortSignal[]): AbortSignal {
  const controller = new AbortController();
  for (const signal of signals) follow(signal, controller);
  return controller.signal;
}

function follow(
  signal: AbortSignal,
  controller: AbortController,
  then: () => void = () => undefined,
): void {
  const stop = () => {
    then();
    controller.abort(signal.reason);
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true, signal: controller.signal });
}
