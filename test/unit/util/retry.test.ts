import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { jittered, pauseAfter } from '../../../src/util/backoff.ts';
import { retrying } from '../../../src/util/retry.ts';

describe('pauses', () => {
  const growth = { first: 100, factor: 3, longest: 1000 };

  it('grow up to the longest', () => {
    const pauses = [1, 2, 3, 4, 50].map((failures) => pauseAfter(failures, growth, () => 1));
    expect(pauses).toEqual([100, 300, 900, 1000, 1000]);
  });

  it('are a random part of that, at least half', () => {
    expect([0, 0.5, 1].map((random) => jittered(1000, () => random))).toEqual([500, 750, 1000]);
    const pauses = Array.from({ length: 200 }, () => pauseAfter(2, growth));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(150);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(300);
    expect(new Set(pauses).size).toBeGreaterThan(100);
  });
});

describe('retrying', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const reset = () => Object.assign(new Error('reset'), { code: 'ECONNRESET' });
  const random = () => 1;

  /** Work that fails so many times, and the moments at which it was done. */
  function failing(times: number, failure: () => Error) {
    const begun = Date.now();
    const moments: number[] = [];
    const work = async () => {
      moments.push(Date.now() - begun);
      if (moments.length <= times) throw failure();
      return Promise.resolve('done');
    };
    return { moments, work };
  }

  it('tries again after growing pauses', async () => {
    const { signal } = new AbortController();
    const { moments, work } = failing(3, reset);
    const told: unknown[] = [];
    const end = retrying({ signal, random, onRetry: (error) => told.push(error) }, work);
    await vi.runAllTimersAsync();
    expect(await end).toBe('done');
    expect(moments).toEqual([0, 1000, 4000, 13_000]);
    expect(told).toHaveLength(3);
  });

  it('gives up after the third time', async () => {
    const { signal } = new AbortController();
    const { moments, work } = failing(9, reset);
    const end = expect(retrying({ signal, random }, work)).rejects.toThrow('reset');
    await vi.runAllTimersAsync();
    await end;
    expect(moments).toHaveLength(4);
  });

  it('does not try again what is final', async () => {
    const { signal } = new AbortController();
    const { moments, work } = failing(9, () => new Error('denied'));
    await expect(retrying({ signal }, work)).rejects.toThrow('denied');
    expect(moments).toEqual([0]);
  });

  it('ends a pause at once when it is aborted', async () => {
    const controller = new AbortController();
    const { moments, work } = failing(9, reset);
    const end = expect(retrying({ signal: controller.signal }, work)).rejects.toThrow('SIGINT');
    await vi.advanceTimersByTimeAsync(10);
    controller.abort(new Error('SIGINT'));
    await end;
    expect(moments).toEqual([0]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
