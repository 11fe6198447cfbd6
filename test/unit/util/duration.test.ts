import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDuration, sayDuration, writeDuration } from '../../../src/util/duration.ts';

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['90s', 90_000],
    ['5m', 300_000],
    ['1m30s', 90_000],
    ['1h30m', 5_400_000],
    ['2h', 7_200_000],
    ['0s', 0],
  ])('reads %s', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each(['', '5', 's', '1.5s', '-1s', '1 s', '1d', 'soon', '5S', '1s\n', '1sx', '٣s'])(
    'refuses "%s"',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );

  it('adds up its parts', () => {
    const whole = fc.nat(10_000);
    fc.assert(
      fc.property(whole, whole, whole, whole, (h, m, s, ms) => {
        const text = `${String(h)}h${String(m)}m${String(s)}s${String(ms)}ms`;
        expect(parseDuration(text)).toBe(((h * 60 + m) * 60 + s) * 1000 + ms);
      }),
    );
  });
});

describe('sayDuration', () => {
  it.each([
    [0, '0.0 s'],
    [400, '0.4 s'],
    [9900, '9.9 s'],
    [9950, '10 s'],
    [23_400, '23 s'],
    [60_000, '1 min 0 s'],
    [125_000, '2 min 5 s'],
    [3_600_000, '60 min 0 s'],
  ])('says %s ms as %s', (milliseconds, text) => {
    expect(sayDuration(milliseconds)).toBe(text);
  });

  it('is never off by more than half a second', () => {
    fc.assert(
      fc.property(fc.nat(100_000_000), (milliseconds) => {
        const numbers =
          sayDuration(milliseconds)
            .match(/[\d.]+/g)
            ?.map(Number) ?? [];
        const [seconds = 0, minutes = 0] = [...numbers].reverse();
        expect(Math.abs(minutes * 60_000 + seconds * 1000 - milliseconds)).toBeLessThanOrEqual(500);
      }),
    );
  });

  it('never says 60 s', () => {
    for (const milliseconds of [59_600, 119_600]) {
      expect(sayDuration(milliseconds)).not.toMatch(/\b60 s/);
    }
  });
});

describe('writeDuration', () => {
  it.each([
    [0, '0s'],
    [59, '59s'],
    [90, '1m30s'],
    [3600, '1h'],
    [7325, '2h2m5s'],
    [360_000, '100h'],
  ])('writes %i s as %s', (seconds, text) => {
    expect(writeDuration(seconds)).toBe(text);
  });

  it('writes what is read as it was', () => {
    fc.assert(
      fc.property(fc.nat(), (seconds) => {
        expect(parseDuration(writeDuration(seconds))).toBe(seconds * 1000);
      }),
    );
  });
});
