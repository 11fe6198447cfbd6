import { expect, it } from 'vitest';
import { once, oncePer, sayingOnce } from '../../../src/util/once.ts';

it('does its work at the first call, and for all callers', async () => {
  let calls = 0;
  const ask = once(() => Promise.resolve(++calls));
  expect(calls).toBe(0);
  expect(await Promise.all([ask(), ask()])).toEqual([1, 1]);
  expect(await ask()).toBe(1);
  expect(calls).toBe(1);
});

it('tries again what failed, and tells everybody who waited for it', async () => {
  let calls = 0;
  const ask = once(() => {
    calls += 1;
    return calls < 3 ? Promise.reject(new Error(`no ${String(calls)}`)) : Promise.resolve(calls);
  });
  const waiting = await Promise.allSettled([ask(), ask()]);
  expect(waiting.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(calls).toBe(1);
  await expect(ask()).rejects.toThrow('no 2');
  expect(await ask()).toBe(3);
  expect(await ask()).toBe(3);
  expect(calls).toBe(3);
});

it('gives nothing that is undefined twice', async () => {
  let calls = 0;
  const ask = once(() => Promise.resolve(void (calls += 1)));
  await ask();
  await ask();
  expect(calls).toBe(1);
});

it('does it anew for what has taken the place of something', async () => {
  let way = 'first';
  const ask = oncePer(
    () => Promise.resolve(way),
    (key) => Promise.resolve({ through: key }),
  );
  const before = await ask();
  expect(await ask()).toBe(before);
  way = 'second';
  expect(await ask()).toEqual({ through: 'second' });
});

it('tells each sentence once', () => {
  const told: string[] = [];
  const tell = sayingOnce((sentence) => void told.push(sentence));
  for (const sentence of ['a', 'b', 'a', 'b']) tell(sentence);
  expect(told).toEqual(['a', 'b']);
});
