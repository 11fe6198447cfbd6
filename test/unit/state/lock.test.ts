import { once as event } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import {
  breakLock,
  lockOwner,
  mayBeHeld,
  removeDeadLocks,
  withLock,
} from '../../../src/state/lock.ts';
import { pause } from '../../../src/util/abort.ts';
import { calm } from '../support/cluster.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const suggestions = ['wait'];
const once = { what: 'cluster demo', suggestions, wait: 0, signal: calm };

const since = '2020-01-01T00:00:00.000Z';

function written(pid: number, started?: string, machine = hostname()): string {
  return JSON.stringify({ pid, started, machine, since });
}

it('lets nobody in while work is under way, and names who is in', async () => {
  const file = path.join(await temporaryFolder(), 'locks', 'demo');
  await withLock(file, once, async () => {
    await expect(withLock(file, once, () => Promise.resolve('in'))).rejects.toMatchObject({
      code: 'LOCKED',
      message: expect.stringMatching(
        new RegExp(
          `^another swarmctl \\(process ${process.pid}, since .*Z\\) works on cluster demo$`,
        ),
      ) as string,
      suggestions,
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
  await writeFile(file, written(Number(gone.pid)));
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
  await writeFile(file, written(Number(line.toString())));
  expect(await withLock(file, once, () => Promise.resolve('in'))).toBe('in');
  parent.kill('SIGKILL');
  await parent;
});

it('is not held by a process that has merely got the same ID', async () => {
  const file = path.join(await temporaryFolder(), 'demo');
  await writeFile(file, written(process.pid, '1'));
  expect(await withLock(file, once, () => Promise.resolve('in'))).toBe('in');
});

it.each(['', '{', '{}', '17', '{"pid":1}'])(
  'is not held by a file that was cut off: %j',
  async (text) => {
    const file = path.join(await temporaryFolder(), 'demo');
    await writeFile(file, text);
    expect(await withLock(file, once, () => Promise.resolve('in'))).toBe('in');
  },
);

it('of another machine is held, whatever its clock says', async () => {
  for (const [year, pid] of [
    ['1970', 1],
    ['2999', 4_000_000],
  ] as const) {
    const file = path.join(await temporaryFolder(), 'demo');
    await writeFile(file, written(pid, '1', 'elsewhere').replace('2020', year));
    await expect(withLock(file, once, () => Promise.resolve('in'))).rejects.toMatchObject({
      code: 'LOCKED',
      message: expect.stringContaining(`process ${pid} on elsewhere, since ${year}`) as string,
    });
  }
});

it('can be read and broken; then its owner does not take the next one away', async () => {
  const folder = await temporaryFolder();
  const file = path.join(folder, 'demo');
  expect(await lockOwner(file)).toBeUndefined();
  await withLock(file, once, async () => {
    const owner = await lockOwner(file);
    expect(owner).toMatchObject({ pid: process.pid, machine: hostname() });
    expect(await breakLock(file)).toBe(true);
    expect(await breakLock(file)).toBe(false);
    await writeFile(file, written(process.pid));
  });
  expect(await readdir(folder)).toEqual(['demo']);
  const owner = await lockOwner(file);
  expect(owner).toMatchObject({ since });
  expect(await mayBeHeld(owner === 'unreadable' ? undefined : owner)).toBe(true);
});

it('that may not be read is an error, not a wait', async () => {
  const file = await temporaryFolder();
  await expect(withLock(file, once, () => Promise.resolve('in'))).rejects.toThrow('EISDIR');
});

it('goes with the next who cleans up, when its process is gone, and no other does', async () => {
  const folder = await temporaryFolder();
  const gone = execa(process.execPath, ['-e', '0']);
  await gone;
  await writeFile(path.join(folder, 'layout.all'), written(gone.pid ?? 0, '1'));
  await writeFile(path.join(folder, 'demo.f00'), written(gone.pid ?? 0, '1'));
  await writeFile(path.join(folder, 'elsewhere'), written(gone.pid ?? 0, '1', 'another-machine'));
  await writeFile(path.join(folder, 'being-written'), '{"pid":');
  await withLock(path.join(folder, 'demo'), once, () => removeDeadLocks(folder));
  expect((await readdir(folder)).sort()).toEqual(['being-written', 'elsewhere']);
  await removeDeadLocks(path.join(folder, 'nothing'));
});
