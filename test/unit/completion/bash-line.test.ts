import { describe, expect, it } from 'vitest';
import { leftAlone, splitLine } from '../../../src/completion/bash-line.ts';

const BREAKS = ' \t\n"\'><=;|&(:';

describe('splitLine', () => {
  it.each([
    ['swarmctl', ['swarmctl']],
    ['swarmctl ', ['swarmctl', '']],
    ['swarmctl  cr', ['swarmctl', 'cr']],
    ['swarmctl create --on-failure=k', ['swarmctl', 'create', '--on-failure=k']],
    ['swarmctl scp demo-1:/tmp/', ['swarmctl', 'scp', 'demo-1:/tmp/']],
    ['swarmctl -f my\\ file.yaml ', ['swarmctl', '-f', 'my file.yaml', '']],
    ["swarmctl -f 'my file", ['swarmctl', '-f', 'my file']],
    ['swarmctl -f "a \\" b"c d', ['swarmctl', '-f', 'a " bc', 'd']],
    ['swarmctl ""', ['swarmctl', '']],
    ['', ['']],
  ])('%j', (line, words) => {
    expect(splitLine(line)).toEqual(words);
  });
});

describe('leftAlone', () => {
  it.each([
    ['--on-failure=k', '--on-failure='],
    ['demo-1:', 'demo-1:'],
    ['--x=a:b', '--x=a:'],
    ['demo', ''],
  ])('of %s is %j', (word, left) => {
    expect(leftAlone(word, BREAKS)).toBe(left);
  });

  it('follows what the person has set', () => {
    expect(leftAlone('--x=a:b', ' =')).toBe('--x=');
    expect(leftAlone('--x=a:b', ' ')).toBe('');
  });
});
