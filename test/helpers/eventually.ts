import { setTimeout as sleep } from 'node:timers/promises';

/** Asks, every half second unless told, until the answer is wanted; fails with the last one. */
export async function eventually<T>(
  ask: () => Promise<T>,
  isWanted: (answer: T) => boolean,
  seconds = 60,
  pause = 500,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    if (Date.now() > end) {
      throw new Error(`not within ${String(seconds)} s; the last was ${JSON.stringify(answer)}`);
    }
    await sleep(pause);
  }
}
