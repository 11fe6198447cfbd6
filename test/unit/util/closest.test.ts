import { describe, expect, it } from 'vitest';
import { closest } from '../../../src/util/closest.ts';

const words = ['nodes', 'name', 'engine', 'scheduleOnMaster'];

describe('closest', () => {
  it.each([
    ['node', 'nodes'],
    ['ndoes', 'nodes'],
    ['Name', 'name'],
    ['nam', 'name'],
    ['enigne', 'engine'],
    ['schedule_on_master', 'scheduleOnMaster'],
  ])('%s was meant for %s', (word, meant) => {
    expect(closest(word, words)).toBe(meant);
  });

  it.each(['zzz', '', 'labels', 'x'])('"%s" was meant for none', (word) => {
    expect(closest(word, words)).toBeUndefined();
  });
});
