import { describe, expect, it } from 'vitest';
import { expiryAfter, isOver, readTtl } from '../../../src/cluster/expiry.ts';

describe('readTtl', () => {
  it.each([
    ['1s', 1],
    ['90s', 90],
    ['1h30m', 5400],
    ['2h500ms', 7200],
    ['87600h', 315_360_000],
  ])('reads %s as %i s', (text, seconds) => {
    expect(readTtl(text)).toBe(seconds);
  });

  it.each(['', '0s', '999ms', '87601h', '999999999999999h', '2', '2d', '-1h', 'never'])(
    'refuses "%s"',
    (text) => {
      expect(readTtl(text)).toBeUndefined();
    },
  );
});

describe('expiryAfter', () => {
  const since = Date.parse('2026-01-02T03:00:00.000Z');
  const after = (milliseconds: number) => expiryAfter(60, { since, now: since + milliseconds });

  it.each([
    [0, 60, false],
    [59_001, 1, false],
    [59_999, 1, false],
    [60_000, 0, true],
    [60_001, 0, true],
    [61_000, -1, true],
    // A clock that was put back.
    [-3_600_000, 3660, false],
  ])('%i ms after it was made: %i s left', (milliseconds, secondsLeft, over) => {
    expect(after(milliseconds)).toEqual({ at: '2026-01-02T03:01:00.000Z', secondsLeft });
    expect(isOver(after(milliseconds))).toBe(over);
  });
});
