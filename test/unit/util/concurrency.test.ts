import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { gate } from '../../../src/util/concurrency.ts';

it.each([1, 2, 5])('lets %s pieces of work in at the same time', async (limit) => {
  const enter = gate(limit);
  let active = 0;
  let most = 0;
  const began: number[] = [];
  await Promise.all(
    [0, 1, 2, 3, 4, 5, 6].map((item) =>
      enter(async () => {
        began.push(item);
        most = Math.max(most, ++active);
        await sleep(5);
        active -= 1;
      }),
    ),
  );
  expect(most).toBe(limit);
  expect(began).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

it('gives what the work gives, and lets the next in after a failure', async () => {
  const enter = gate(1);
  const bad = enter(() => Promise.reject(new Error('no')));
  const good = enter(() => Promise.resolve('yes'));
  await expect(bad).rejects.toThrow('no');
  expect(await good).toBe('yes');
});
