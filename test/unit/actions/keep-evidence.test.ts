import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { expect, it, vi } from 'vitest';
import type { ActionContext } from '../../../src/actions/context.ts';
import { keepingEvidence } from '../../../src/actions/keep-evidence.ts';
import { unpackFiles } from '../../../src/engine/pack-files.ts';
import { SwarmctlError } from '../../../src/errors.ts';
import { machine } from './support.ts';

const demo = { name: 'demo', record: undefined };
const failure = new SwarmctlError('STEP_FAILED', 'demo-1: no', { cause: new Error('disk full') });
const failing = () => Promise.reject(failure);

type Told = Parameters<NonNullable<ActionContext['onEvidence']>>[0];

async function watched() {
  const { context, home } = await machine();
  const onEvidence = vi.fn<(outcome: Told) => void>();
  return {
    context: { ...context, onEvidence },
    onEvidence,
    folder: path.join(home.path, 'support'),
  };
}

it('a failure goes on as it came, and leaves a bundle that says why', async () => {
  const { context, onEvidence, folder } = await watched();
  await mkdir(context.home.cluster('demo').path, { recursive: true });
  await writeFile(path.join(context.home.cluster('demo').path, 'cluster.json'), '{"version": 99');
  await expect(keepingEvidence(demo, context, failing)).rejects.toBe(failure);
  const [name = ''] = await readdir(folder);
  const file = path.join(folder, name);
  expect(onEvidence.mock.calls).toEqual([[{ file }]]);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  const files = await unpackFiles(Readable.from(gunzipSync(await readFile(file))));
  expect(files.get('failure.txt')).toMatch(/demo-1: no[\s\S]*disk full/);
  expect(files.get('state-file.txt')).toBe('{"version": 99\n');
  expect([...files.keys()]).toContain('info.json');
});

it('the time of the work is not that of the evidence', async () => {
  const { context, folder } = await watched();
  const signal = AbortSignal.abort(new SwarmctlError('TIMEOUT', 'too late'));
  await expect(keepingEvidence(demo, { ...context, signal }, failing)).rejects.toBe(failure);
  expect(await readdir(folder)).toHaveLength(1);
});

it('nothing is kept of what went well, was interrupted, or is part of a rollback', async () => {
  const { context, onEvidence, folder } = await watched();
  expect(await keepingEvidence(demo, context, () => Promise.resolve(1))).toBe(1);
  const interrupted = new SwarmctlError('INTERRUPTED', 'by SIGINT');
  const signal = AbortSignal.abort(interrupted);
  await expect(keepingEvidence(demo, { ...context, signal }, failing)).rejects.toBe(failure);
  await expect(keepingEvidence(demo, context, () => Promise.reject(interrupted))).rejects.toBe(
    interrupted,
  );
  const silent = { ...context, onEvidence: undefined };
  await expect(keepingEvidence(demo, silent, failing)).rejects.toBe(failure);
  expect(onEvidence).not.toHaveBeenCalled();
  await expect(readdir(folder)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('where none can be written, the failure is told all the same', async () => {
  const { context, onEvidence, folder } = await watched();
  await mkdir(path.dirname(folder), { recursive: true });
  await writeFile(folder, 'a file');
  await expect(keepingEvidence(demo, context, failing)).rejects.toBe(failure);
  expect(onEvidence.mock.calls[0]?.[0]).toHaveProperty('problem');
});

it('the newest five are kept, whichever cluster they are of', async () => {
  const { context, folder } = await watched();
  await mkdir(folder, { recursive: true });
  const old = [1, 2, 3, 4, 5, 6].map(
    (day) => `swarmctl-support-${day % 2 ? 'z' : 'a'}-2020010${day}T000000Z.tar.gz`,
  );
  for (const name of old) await writeFile(path.join(folder, name), '');
  await expect(keepingEvidence(demo, context, failing)).rejects.toBe(failure);
  const left = await readdir(folder);
  expect(left).toHaveLength(5);
  expect(left).toEqual(expect.arrayContaining(old.slice(2)));
});
