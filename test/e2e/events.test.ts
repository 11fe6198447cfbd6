import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readEvents, type Event } from '../helpers/schemas.ts';
import { EXECUTABLE, Workplace } from '../helpers/workplace.ts';

const cluster = 'told';
const events = ['--events', 'ndjson'];
let place: Workplace;

beforeAll(async () => {
  place = await Workplace.open();
});

afterAll(async () => {
  await place.close(cluster);
});

/** The steps of which it is told so, by name. */
function stepsIn(stream: readonly Event[], type: string): unknown[] {
  return stream.filter((event) => event.type === type).map(({ step }) => step);
}

it('create and destroy tell every step, and end with the result', async () => {
  const made = await place.swarmctl(
    place.createArguments(cluster, ['--nodes', '1', '--engine-env', 'PASSWORD=geheim', ...events]),
  );
  expect(made.exitCode, made.stdout).toBe(0);
  expect(made.stderr).toBe('');
  const stream = readEvents(made.stdout);
  expect(stream[0]).toMatchObject({ type: 'plan-begun', does: 'run' });
  expect(stream.at(-1)).toMatchObject({ type: 'result', ok: true, result: { changed: true } });
  expect(stream.filter(({ type }) => type === 'result')).toHaveLength(1);
  expect(stepsIn(stream, 'step-begun')).toHaveLength(stream[0]?.['steps'] as number);
  expect(stepsIn(stream, 'step-done').sort()).toEqual(stepsIn(stream, 'step-begun').sort());
  expect(stream).toContainEqual(
    expect.objectContaining({
      type: 'step-done',
      step: 'host told-1',
      host: 'told-1',
      changed: true,
    }),
  );
  expect(made.stdout).not.toContain('geheim');

  const file = path.join(place.home, 'events');
  const gone = await place.swarmctl([
    'destroy',
    cluster,
    '--yes',
    ...events,
    '--events-file',
    file,
  ]);
  expect(gone.stdout).toContain('Cluster told is gone');
  expect(gone.stderr).toContain('told-1: done');
  const undone = readEvents(await readFile(file, 'utf8'));
  expect(undone[0]).toMatchObject({ type: 'plan-begun', does: 'undo' });
  expect(undone.at(-1)).toMatchObject({ type: 'result', result: { outcome: 'destroyed' } });
});

it('a failure is told where it happened, and what is taken back as well', async () => {
  const flags = ['--nodes', '1', '--engine-opt', 'nosuchflag=1', '--on-failure', 'rollback'];
  const { exitCode, stdout, stderr } = await place.swarmctl(
    place.createArguments(cluster, [...flags, ...events]),
  );
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
  const stream = readEvents(stdout);
  const failed = stream.find(({ step }) => step === 'engine told-1');
  expect(failed).toBeDefined();
  expect(stepsIn(stream, 'step-failed')).toContain('engine told-1');
  expect(stream).toContainEqual(expect.objectContaining({ type: 'plan-begun', does: 'undo' }));
  expect(stream.at(-1)).toMatchObject({ type: 'result', ok: false });
});

it('wrong usage has a result as well', async () => {
  const { exitCode, stdout, stderr } = await place.swarmctl(['create', '--nodes', 'x', ...events]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' });
  expect(readEvents(stdout)).toMatchObject([{ type: 'result', error: { code: 'USAGE' } }]);
});

it('a reader that goes does not stop a change', async () => {
  const argv = place.createArguments(cluster, ['--nodes', '1', ...events]);
  await execa('sh', ['-c', '"$@" | head -n 2', 'sh', process.execPath, EXECUTABLE, ...argv], {
    env: place.environment(),
    extendEnv: false,
  });
  expect((await place.swarmctl(['status', cluster])).stdout).toContain('told: healthy');
});

it('run tells them in a file', async () => {
  const file = path.join(place.home, 'of-run');
  await writeFile(file, 'old');
  const [, , ...rest] = place.createArguments('', ['--nodes', '1', ...events]);
  const { exitCode, stdout } = await place.swarmctl([
    ...['run', ...rest, '--events-file', file, '--', 'sh', '-c', 'echo out; exit 3'],
  ]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: 'out' });
  const stream = readEvents(await readFile(file, 'utf8'));
  const plans = stream.filter(({ type }) => type === 'plan-begun').map(({ does }) => does);
  expect(plans).toEqual(['run', 'undo']);
  expect(stream.at(-1)).toMatchObject({ type: 'result', ok: true, result: { exitCode: 3 } });
});
