import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { abortable, pause, seenThrough } from '../../../src/util/abort.ts';
import { calm } from '../support/cluster.ts';

const reason = new Error('interrupted');

/** What is left unhandled when work fails late, the signal being aborted before or meanwhile. */
async function unhandledAfter(before: boolean): Promise<unknown[]> {
  const unhandled: unknown[] = [];
  // Vitest's own listeners would fail the run.
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', (error) => unhandled.push(error));
  try {
    const controller = new AbortController();
    if (before) controller.abort(reason);
    let fail: (error: Error) => void = () => {};
    const late = new Promise((_resolve, reject) => (fail = reject));
    const work = abortable(late, controller.signal);
    controller.abort(reason);
    await expect(work).rejects.toBe(reason);
    fail(new Error('late'));
    await new Promise((resolve) => setImmediate(resolve));
    return unhandled;
  } finally {
    process.removeAllListeners('unhandledRejection');
    for (const listener of others) process.on('unhandledRejection', listener);
  }
}

describe('abortable', () => {
  it('gives what the work gives', async () => {
    expect(await abortable(Promise.resolve(7), calm)).toBe(7);
    await expect(abortable(Promise.reject(new Error('no')), calm)).rejects.toThrow('no');
  });

  it('rejects with the reason at once, even if the work never ends', async () => {
    const controller = new AbortController();
    const work = abortable(new Promise(() => {}), controller.signal);
    controller.abort(reason);
    await expect(work).rejects.toBe(reason);
    await expect(abortable(Promise.resolve(1), controller.signal)).rejects.toBe(reason);
  });

  it('leaves no rejection unhandled when the work fails after the abort', async () => {
    expect(await unhandledAfter(false)).toEqual([]);
  });

  it('leaves none unhandled either when the signal was aborted before', async () => {
    expect(await unhandledAfter(true)).toEqual([]);
  });

  it('leaves no listener on the signal', async () => {
    const { signal } = new AbortController();
    await abortable(Promise.resolve(), signal);
    await abortable(Promise.reject(new Error('no')), signal).catch(() => {});
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});

describe('pause', () => {
  it('sleeps', async () => {
    const started = Date.now();
    await pause(30, calm);
    expect(Date.now() - started).toBeGreaterThanOrEqual(28);
  });

  it('ends early with the reason of the signal, not with an AbortError', async () => {
    const controller = new AbortController();
    const sleeping = pause(60_000, controller.signal);
    controller.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
    await expect(pause(60_000, controller.signal)).rejects.toBe(reason);
  });
});

describe('seenThrough', () => {
  it('does not begin after an abort', async () => {
    let begun = false;
    const work = async () => {
      begun = true;
      return Promise.resolve();
    };
    await expect(seenThrough(work, AbortSignal.abort(reason), 50)).rejects.toBe(reason);
    expect(begun).toBe(false);
  });

  it('lets what is under way end by itself, and gives its answer', async () => {
    const controller = new AbortController();
    let end: (value: number) => void = () => {};
    const work = seenThrough(
      () => new Promise<number>((resolve) => (end = resolve)),
      controller.signal,
      5000,
    );
    controller.abort(reason);
    await new Promise((resolve) => setTimeout(resolve, 20));
    end(7);
    expect(await work).toBe(7);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('gives up what does not end, after its grace', async () => {
    const controller = new AbortController();
    const work = seenThrough(() => new Promise(() => {}), controller.signal, 20);
    controller.abort(reason);
    await expect(work).rejects.toBe(reason);
  });
});
