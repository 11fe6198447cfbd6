import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { settleAll } from '../../../src/util/concurrency.ts';
import { once } from '../../../src/util/once.ts';

describe('settleAll', () => {
  it('gives outcomes in the order of the items, whichever ends first', async () => {
    const outcomes = await settleAll([30, 1, 15], 3, async (milliseconds) => {
      await sleep(milliseconds);
      return milliseconds;
    });
    expect(outcomes.map((outcome) => 'value' in outcome && outcome.value)).toEqual([30, 1, 15]);
  });

  it('lets every one finish when some fail', async () => {
    const failure = new Error('b');
    const outcomes = await settleAll(['a', 'b', 'c'], 1, (item) =>
      item === 'b' ? Promise.reject(failure) : Promise.resolve(item),
    );
    expect(outcomes).toEqual([
      { status: 'fulfilled', value: 'a' },
      { status: 'rejected', reason: failure },
      { status: 'fulfilled', value: 'c' },
    ]);
  });

  it.each([1, 3, 100])('runs at most %s at a time, and no fewer than it may', async (limit) => {
    let active = 0;
    let most = 0;
    await settleAll(Array.from({ length: 12 }), limit, async () => {
      most = Math.max(most, ++active);
      await sleep(2);
      active -= 1;
    });
    expect(most).toBe(Math.min(limit, 12));
  });

  it('has nothing to do for no items', async () => {
    expect(await settleAll([], 4, () => Promise.reject(new Error('never')))).toEqual([]);
  });
});

it('once does its work at the first call only', async () => {
  let calls = 0;
  const work = once(() => Promise.resolve(++calls));
  expect(calls).toBe(0);
  expect(await Promise.all([work(), work(), work()])).toEqual([1, 1, 1]);
});
