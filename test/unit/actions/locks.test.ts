import { mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { listLocks, releaseLock } from '../../../src/actions/locks.ts';
import { machine } from './support.ts';

const since = '2020-01-01T00:00:00.000Z';

async function machineWith(locks: Record<string, unknown>) {
  const { context } = await machine();
  const folder = path.join(context.home.path, 'locks');
  await mkdir(folder, { recursive: true });
  for (const [name, owner] of Object.entries(locks)) {
    await writeFile(path.join(folder, name), JSON.stringify(owner));
  }
  return context;
}

it('locks are listed with who holds them, and whether somebody may', async () => {
  const here = { pid: process.pid, machine: hostname(), since };
  const context = await machineWith({
    held: here,
    gone: { ...here, started: '1' },
    far: { pid: 1, machine: 'elsewhere', since },
    torn: 'x',
    'layout.all': here,
  });
  expect((await listLocks(context)).sort((a, b) => a.cluster.localeCompare(b.cluster))).toEqual([
    { cluster: 'far', pid: 1, machine: 'elsewhere', since, held: true },
    { cluster: 'gone', ...here, held: false },
    { cluster: 'held', ...here, held: true },
    { cluster: 'torn', pid: null, machine: null, since: null, held: false },
  ]);
});

it('one that may be held is released by force only', async () => {
  const context = await machineWith({ far: { pid: 1, machine: 'elsewhere', since } });
  await expect(releaseLock('far', false, context)).rejects.toMatchObject({
    code: 'LOCKED',
    message: expect.stringContaining('process 1 on elsewhere') as string,
  });
  expect(await listLocks(context)).toHaveLength(1);
  expect(await releaseLock('far', true, context)).toBe(true);
  expect(await releaseLock('far', false, context)).toBe(false);
  expect(await listLocks(context)).toEqual([]);
});
