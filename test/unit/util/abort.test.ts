import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { abortable, pause } from '../../../src/util/abort.ts';
import { calm } from '../support/cluster.ts';

const reason = new Error('interrupted');

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
    const unhandled: unknown[] = [];
    const listen = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', listen);
    const controller = new AbortController();
    let fail: (error: Error) => void = () => {};
    const work = abortable(new Promise((_resolve, reject) => (fail = reject)), controller.signal);
    controller.abort(reason);
    await expect(work).rejects.toBe(reason);
    fail(new Error('late'));
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', listen);
    expect(unhandled).toEqual([]);
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
