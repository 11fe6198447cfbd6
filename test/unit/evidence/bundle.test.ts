import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { expect, it, vi } from 'vitest';
import { unpackFiles } from '../../../src/engine/pack-files.ts';
import { bundleName, writeBundle, writeBundleIn } from '../../../src/evidence/bundle.ts';
import { Collection } from '../../../src/evidence/collection.ts';
import { timings } from '../../../src/evidence/timings.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function gathered(): Collection {
  const into = new Collection((text) => text);
  into.add('hosts/demo-1/info.json', { ID: 1 });
  into.miss({ host: 'demo-2', what: 'the engine' }, new Error('refused'));
  return into;
}

it('a bundle is one file of mode 0600 with a list of what is in it and what is not', async () => {
  const folder = await temporaryFolder();
  const file = path.join(folder, 'b.tar.gz');
  const written = await writeBundle(file, 'b', gathered());
  expect(written).toMatchObject({ file, problems: [{ host: 'demo-2', reason: 'refused' }] });
  expect(written.contents).toEqual(['README.txt', 'hosts/demo-1/info.json', 'problems.txt']);
  const { mode, size } = await stat(file);
  expect([mode & 0o777, size]).toEqual([0o600, written.bytes]);
  const files = await unpackFiles(Readable.from(gunzipSync(await readFile(file))));
  expect(files.get('problems.txt')).toBe('demo-2: the engine: refused\n');
  expect(files.get('README.txt')).toContain('private keys');
  expect(files.get('README.txt')).toContain('  hosts/demo-1/info.json');
  expect(await readdir(folder)).toEqual(['b.tar.gz']);
});

it('it never takes the place of a file that is there', async () => {
  const folder = await temporaryFolder();
  const file = path.join(folder, 'b.tar.gz');
  await writeFile(file, 'mine');
  await expect(writeBundle(file, 'b', gathered())).rejects.toMatchObject({ code: 'EEXIST' });
  expect(await readFile(file, 'utf8')).toBe('mine');
  expect(await readdir(folder)).toEqual(['b.tar.gz']);
});

it('several of one second are kept, each under a name of its own', async () => {
  const folder = await temporaryFolder();
  vi.useFakeTimers({ now: new Date('2026-11-23T16:12:07.123Z'), toFake: ['Date'] });
  try {
    await writeBundleIn(folder, 'demo', gathered());
    const { file } = await writeBundleIn(folder, 'demo', gathered());
    const name = 'swarmctl-support-demo-20261123T161207Z';
    expect(file).toBe(path.join(folder, `${name}-2.tar.gz`));
    expect((await readdir(folder)).sort()).toEqual([`${name}-2.tar.gz`, `${name}.tar.gz`]);
  } finally {
    vi.useRealTimers();
  }
});

it('its name says which cluster and when', () => {
  const when = new Date('2026-11-23T16:12:07.123Z');
  expect(bundleName('demo', when)).toBe('swarmctl-support-demo-20261123T161207Z');
});

it('timings say how long each step took, and pass over a line that was cut off', () => {
  const note = (at: string, step: string, state: string) => JSON.stringify({ at, step, state });
  const journal = [
    note('2026-01-01T00:00:00.000Z', 'host demo-1', 'begun'),
    note('2026-01-01T00:00:02.340Z', 'host demo-1', 'done'),
    note('2026-01-01T00:00:03.000Z', 'nodes', 'failed'),
    '{"at":"2026',
  ];
  expect(timings(journal.join('\n')).split('\n').slice(1)).toEqual([
    '2026-01-01T00:00:00.000Z  begun          -  host demo-1',
    '2026-01-01T00:00:02.340Z  done       2.3 s  host demo-1',
    '2026-01-01T00:00:03.000Z  failed         -  nodes',
  ]);
});
