import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { canAsk, hasColors, isLive } from '../../../src/ui/terminal.ts';

const ci = vi.hoisted(() => ({ isCI: false }));
vi.mock('ci-info', () => ci);

const streams = [process.stdin, process.stderr] as const;
const were = streams.map(({ isTTY }) => isTTY);

beforeEach(() => {
  for (const stream of streams) stream.isTTY = true;
  vi.stubEnv('TERM', 'xterm');
  vi.stubEnv('NO_COLOR', undefined);
  ci.isCI = false;
});
afterEach(() => {
  streams.forEach((stream, index) => (stream.isTTY = were[index] ?? false));
});

const seen = () => ({ asks: canAsk(), moves: isLive(), paints: hasColors() });

it('a terminal is asked, and shows what moves, in color', () => {
  expect(seen()).toEqual({ asks: true, moves: true, paints: true });
});

it('a CI system has none of it', () => {
  ci.isCI = true;
  expect(seen()).toEqual({ asks: false, moves: false, paints: false });
});

it('a dumb terminal is asked all the same', () => {
  vi.stubEnv('TERM', 'dumb');
  expect(seen()).toEqual({ asks: true, moves: false, paints: false });
});

it('NO_COLOR takes the colors alone', () => {
  vi.stubEnv('NO_COLOR', '1');
  expect(seen()).toEqual({ asks: true, moves: true, paints: false });
});

it('without input nobody is asked; without a stderr that is one, nothing moves', () => {
  process.stdin.isTTY = false;
  expect(seen()).toEqual({ asks: false, moves: true, paints: true });
  process.stderr.isTTY = false;
  expect(seen()).toEqual({ asks: false, moves: false, paints: false });
});
