import { setTimeout as sleep } from 'node:timers/promises';

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

/** Sleeps, or rejects with the signal's own reason when it aborts. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
