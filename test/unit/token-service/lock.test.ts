import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { lockFolder } from '../../../src/token-service/lock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

it('lets one in at a time', async () => {
  const folder = await temporaryFolder();
  const release = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toThrow(`another process serves ${folder}`);
  await release();
  const again = await lockFolder(folder);
  await again();
  expect(await readdir(folder)).toEqual([]);
});

it('lets at most one of many in that come at once', async () => {
  const folder = await temporaryFolder();
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)));
  const inside = outcomes.filter(({ status }) => status === 'fulfilled');
  expect(inside.length).toBeLessThanOrEqual(1);
  for (const outcome of outcomes) if (outcome.status === 'fulfilled') await outcome.value();
});

it('works in a folder whose path is longer than that of a socket may be', async () => {
  const folder = path.join(await temporaryFolder(), 'x'.repeat(120));
  await mkdir(folder);
  const release = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toThrow('another process');
  await release();
});

it('is free again when its process was killed, and cleans up after it', async () => {
  const folder = await temporaryFolder();
  const holder = execa(process.execPath, ['-e', HOLD, path.join(folder, 'lock-dead.sock')]);
  await new Promise((resolve) => holder.stdout.once('data', resolve));
  await expect(lockFolder(folder)).rejects.toThrow('another process');
  holder.kill('SIGSTOP');
  await expect(lockFolder(folder)).rejects.toThrow('another process');
  holder.kill('SIGKILL');
  await holder.catch(() => {});
  expect(await readdir(folder)).toEqual(['lock-dead.sock']);
  const release = await lockFolder(folder);
  expect(await readdir(folder)).not.toContain('lock-dead.sock');
  await release();
});

const HOLD = `require('net').createServer().listen(process.argv[1], () => console.log('here'))`;

it('says why when the folder cannot be locked', async () => {
  await expect(lockFolder('/nowhere/at/all')).rejects.toThrow('ENOENT');
  const file = path.join(await temporaryFolder(), 'file');
  await writeFile(file, '');
  await chmod(file, 0o600);
  await expect(lockFolder(file)).rejects.toThrow();
});
