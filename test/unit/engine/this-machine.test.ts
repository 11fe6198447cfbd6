import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { thisMachine } from '../../../src/engine/this-machine.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

it('finds programs in the PATH', async () => {
  const folder = await temporaryFolder();
  await writeFile(path.join(folder, 'dockerx'), '', { mode: 0o755 });
  await writeFile(path.join(folder, 'notes'), '', { mode: 0o644 });
  await mkdir(path.join(folder, 'sub'));
  const { has } = thisMachine({ PATH: `/nonexistent:${folder}` });
  expect(has('dockerx')).toBe(true);
  expect(has('no-such-program')).toBe(false);
  expect(thisMachine({}).has('dockerx')).toBe(false);
});

it('tells a socket from a file', async () => {
  const folder = await temporaryFolder();
  const socket = path.join(folder, 'docker.sock');
  const server = createServer().listen(socket);
  onTestFinished(() => {
    server.close();
  });
  await new Promise((resolve) => server.once('listening', resolve));
  await writeFile(path.join(folder, 'file'), '');
  const { isSocket } = thisMachine({});
  expect(isSocket(socket)).toBe(true);
  expect(isSocket(path.join(folder, 'file'))).toBe(false);
  expect(isSocket(path.join(folder, 'none'))).toBe(false);
});

it.runIf(process.getuid?.() === 0)('names a group only when to be in it would help', async () => {
  const file = path.join(await temporaryFolder(), 'docker.sock');
  await writeFile(file, '');
  const { groupOf } = thisMachine({});
  await chmod(file, 0o660);
  expect(groupOf(file)).toBeUndefined();
  // `daemon` has that number everywhere.
  await chown(file, 0, 1);
  expect(groupOf(file)).toEqual({ name: 'daemon', member: false });
  await chmod(file, 0o600);
  expect(groupOf(file)).toBeUndefined();
  expect(groupOf(`${file}.none`)).toBeUndefined();
});

it('knows the distribution of Linux', () => {
  const { platform, distribution, user } = thisMachine({});
  if (platform === 'linux') expect(distribution).toMatch(/^[a-z]/);
  expect(user).not.toBe('');
});
