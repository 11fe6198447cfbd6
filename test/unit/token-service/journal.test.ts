import { readFile, readdir, stat, truncate, writeFile, appendFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Journal } from '../../../src/token-service/journal.ts';
import type { Change } from '../../../src/token-service/registry.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { OTHER, TOKEN } from './support.ts';

const create: Change = { op: 'create', token: TOKEN };
const register = (address: string): Change => ({ op: 'register', token: TOKEN, address, ttl: 180 });

/** What is on disk, as the next start sees it, and what it says. */
async function recover(folder: string) {
  const reports: string[] = [];
  const { journal, clusters, changes } = await Journal.open(folder, (text) => reports.push(text));
  await journal.close();
  return { clusters, changes, reports };
}

async function written(batches: readonly (readonly Change[])[]) {
  const folder = await temporaryFolder();
  const { journal } = await Journal.open(folder, () => {});
  for (const batch of batches) await journal.write(batch);
  await journal.close();
  return { folder, file: path.join(folder, 'journal.1') };
}

it('keeps what was written', async () => {
  const { folder } = await written([[create, register('a:1')], [], [register('b:1')]]);
  expect(await recover(folder)).toEqual({
    clusters: {},
    changes: [create, register('a:1'), register('b:1')],
    reports: [],
  });
});

it('keeps a snapshot and what came after it, in two files that nobody else may read', async () => {
  const folder = await temporaryFolder();
  const { journal } = await Journal.open(folder, () => {});
  await journal.write([create]);
  await journal.compact({ [TOKEN]: { 'a:1': 10 } });
  expect(journal.length).toBe(0);
  await journal.write([register('b:1')]);
  await journal.close();
  expect(await recover(folder)).toMatchObject({
    clusters: { [TOKEN]: { 'a:1': 10 } },
    changes: [register('b:1')],
  });
  const files = await readdir(folder);
  expect(files.sort()).toEqual(['journal.2', 'snapshot']);
  for (const file of files) expect((await stat(path.join(folder, file))).mode & 0o777).toBe(0o600);
});

it('survives every truncation of its tail: whole lines stay, and the rest is cut and reported', async () => {
  const batches = [
    [create, register('a:1')],
    [register('b:1')],
    [register('c:1'), register('d:1')],
  ];
  const { folder, file } = await written(batches);
  const content = await readFile(file);
  const ends = [0];
  for (const [index, byte] of content.entries()) if (byte === 0x0a) ends.push(index + 1);
  for (let length = content.length; length >= 0; length--) {
    await writeFile(file, content.subarray(0, length));
    const whole = ends.filter((end) => end <= length).length - 1;
    const { changes, reports } = await recover(folder);
    expect(changes).toEqual(batches.slice(0, whole).flat());
    const torn = length - (ends[whole] ?? 0);
    expect(reports.join()).toBe(
      torn === 0
        ? ''
        : `cut ${torn} bytes off the end of ${file}: a write that was interrupted and never acknowledged`,
    );
    expect((await stat(file)).size).toBe(ends[whole]);
  }
});

it.each([
  ['zeros', Buffer.alloc(5000)],
  ['zeros before the end of a line', Buffer.concat([Buffer.alloc(4096), Buffer.from('"}]\n')])],
  ['noise with line feeds', Buffer.from('\n\n\xff[]\n{}\n0123456789abcdef []\n', 'latin1')],
])('cuts a tail of %s, which a power cut may leave', async (_what, tail) => {
  const { folder, file } = await written([[create]]);
  await appendFile(file, tail);
  const { changes, reports } = await recover(folder);
  expect(changes).toEqual([create]);
  expect(reports).toHaveLength(1);
  const { journal } = await Journal.open(folder, () => {});
  await journal.write([register('a:1')]);
  await journal.close();
  expect(await recover(folder)).toMatchObject({ changes: [create, register('a:1')], reports: [] });
});

describe('refuses to start, and leaves the files alone,', () => {
  async function refused(folder: string, reason: RegExp) {
    const before = await contents(folder);
    await expect(recover(folder)).rejects.toThrow(reason);
    expect(await contents(folder)).toEqual(before);
  }

  async function contents(folder: string) {
    const names = (await readdir(folder)).sort();
    return Promise.all(names.map(async (name) => [name, await readFile(path.join(folder, name))]));
  }

  it('when any byte of the snapshot is wrong', async () => {
    const { folder } = await written([[create]]);
    const file = path.join(folder, 'snapshot');
    const content = await readFile(file);
    for (const index of content.keys()) {
      const damaged = Buffer.from(content);
      damaged[index] = (damaged[index] ?? 0) ^ 1;
      await writeFile(file, damaged);
      await refused(folder, /snapshot is damaged\. Restore the folder from a backup/);
    }
  });

  it('when the snapshot was cut', async () => {
    const { folder } = await written([[create]]);
    const { length } = await readFile(path.join(folder, 'snapshot'));
    for (let left = length - 1; left >= 0; left--) {
      await truncate(path.join(folder, 'snapshot'), left);
      await refused(folder, /snapshot is damaged/);
    }
  });

  it('when the snapshot or its journal is gone', async () => {
    const { folder } = await written([[create]]);
    const snapshot = await readFile(path.join(folder, 'snapshot'));
    await rm(path.join(folder, 'snapshot'));
    await refused(folder, /holds journal\.1, but no snapshot/);
    await writeFile(path.join(folder, 'snapshot'), snapshot);
    await rm(path.join(folder, 'journal.1'));
    await refused(folder, /cannot open .*journal\.1: ENOENT/);
  });

  it('when a line is damaged that has good ones after it', async () => {
    const { folder, file } = await written([[create], [register('a:1')], [register('b:1')]]);
    const content = await readFile(file);
    content[content.indexOf(0x0a) + 30] = 0x21;
    await writeFile(file, content);
    await refused(folder, /line 2 of .*journal\.1 is damaged, and what follows is not/);
  });
});

it('begins anew when its first start was interrupted', async () => {
  const folder = await temporaryFolder();
  await writeFile(path.join(folder, 'journal.1'), '');
  await writeFile(path.join(folder, 'snapshot.new'), 'half');
  expect(await recover(folder)).toEqual({ clusters: {}, changes: [], reports: [] });
  expect((await readdir(folder)).sort()).toEqual(['journal.1', 'snapshot']);
});

it('removes the leftovers of a compaction that was interrupted', async () => {
  const { folder } = await written([[create]]);
  await writeFile(path.join(folder, 'journal.2'), '');
  await writeFile(path.join(folder, 'snapshot.new'), `half ${OTHER}`);
  expect((await recover(folder)).changes).toEqual([create]);
  expect((await readdir(folder)).sort()).toEqual(['journal.1', 'snapshot']);
});
