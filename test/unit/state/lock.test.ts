import { once as event } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { withLock } from '../../../src/state/lock.ts';
import { pause } from '../../../src/util/abort.ts';
import { calm } from '../support/cluster.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const once = { what: 'cluster demo', wait: 0, signal: calm };

it('lets nobody in while work is under way, and names who is in', async () => {
  const file = path.join(await temporaryFolder(), 'locks', 'demo');
  await withLock(file, once, async () => {
    await expect(withLock(file, once, () => Promise.resolve('in'))).rejects.toMatchObject({
      code: 'LOCKED',
      message: `another swarmctl (process ${process.pid}) works on cluster demo`,
    });
  });
  expect(await withLock(file, once, () => Promise.resolve('in'))).toBe('in');
});

it('is released when the work fails', async () => {
  const file = path.join(await temporaryFolder(), 'demo');
  await expect(withLock(file, once, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await withLock(file, once, () => Promise.resolve('in'))).toBe('in');
});

it('waits as long as it may', async () => {
  const file = path.join(await temporaryFolder(), 'demo');
  const order: string[] = [];
  let second: Promise<unknown> = Promise.resolve();
  await withLock(file, once, async () => {
    const patient = { ...once, wait: 5000 };
    second = withLock(file, patient, () => Promise.resolve(order.push('second')));
    await pause(150, calm);
    order.push('first');
  });
  await second;
  expect(order).toEqual(['first', 'second']);
});

it('is taken over from a process that is gone, by one of many', async () => {
  const file = path.join(await temporaryFolder(), 'demo');
  const gone = execa(process.execPath, ['-e', '0']);
  await gone;
  await writeFile(file, String(gone.pid));
  let inside = 0;
  await withLock(file, once, () => Promise.resolve((inside += 1)));
  expect(inside).toBe(1);
});

it('is taken over from a process that was killed and that nobody has waited for', async () => {
  const file = path.join(await temporaryFolder(), 'demo');
  // What follows `exec` knows nothing of the child before it.
  const parent = execa('sh', ['-c', 'sleep 0 & echo $!; exec sleep 30'], { reject: false });
  const [line] = (await event(parent.stdout, 'data')) as [Buffer];
  await pause(200, calm);
  await writeFile(file, line.toString().trim());
  expect(await withLock(file, once, () => Promise.resolve('in'))).toBe('in');
  parent.kill('SIGKILL');
  await parent;
});

it('is not held by a process that has merely got the same ID', async () => {
  const file = path.join(await temporaryFolder(), 'demo');
  await writeFile(file, `${process.pid} 1`);
  expect(await withLock(file, once, () => Promise.resolve('in'))).toBe('in');
});
