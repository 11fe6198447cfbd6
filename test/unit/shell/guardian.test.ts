import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { endCommand, whenAlone } from '../../../src/shell/guardian.ts';

it.each([
  ['', undefined],
  ['-17\n', -17],
  ['-17\n\n', undefined],
  ['17\n', 17],
])('knows when its parent is gone, and what is left to end: %j', async (said, target) => {
  const input = new PassThrough();
  const alone = whenAlone(input);
  input.end(said);
  expect(await alone).toBe(target);
});

it.each([
  ['by SIGTERM', 'echo; exec sleep 60', 'SIGTERM'],
  ['by force', 'trap "" TERM; echo; while :; do sleep 1; done', 'SIGKILL'],
])('ends a command %s', async (_how, script, signal) => {
  const child = spawn('sh', ['-c', script], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(child.stdout, 'data');
  const gone = once(child, 'exit');
  await endCommand(-(child.pid ?? 0));
  expect(await gone).toEqual([null, signal]);
  await endCommand(-(child.pid ?? 0));
});
