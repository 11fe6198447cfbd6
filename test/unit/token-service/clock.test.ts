import { expect, it } from 'vitest';
import { serviceClock } from '../../../src/token-service/clock.ts';
import { manualClock } from './support.ts';

it('runs like the clock it is made of', () => {
  const source = manualClock();
  const now = serviceClock(source.now);
  for (let step = 0; step < 10; step++) {
    source.advance(500);
    now();
  }
  expect(now()).toBe(5000);
});

it('hardly moves while the process is frozen, and never goes back', () => {
  const source = manualClock();
  const now = serviceClock(source.now);
  source.advance(3_600_000);
  expect(now()).toBe(2000);
  source.advance(-1000);
  expect(now()).toBe(2000);
  source.advance(100);
  expect(now()).toBe(2100);
});
