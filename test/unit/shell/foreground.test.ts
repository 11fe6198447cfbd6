import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Foreground, whyNotRun } from '../../../src/shell/foreground.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const { signal } = new AbortController();
const sh = (script: string) => ['sh', '-c', script];

const unexpected = () => {
  throw new Error('it was started');
};

/** Whether a process, or below zero one of a group, still runs. */
function runs(target: number): boolean {
  try {
    return process.kill(target, 0);
  } catch {
    return false;
  }
}

describe('whyNotRun', () => {
  it('finds programs as a shell does', async () => {
    const folder = await temporaryFolder();
    await mkdir(path.join(folder, 'dir'));
    await writeFile(path.join(folder, 'plain'), '', { mode: 0o644 });
    await writeFile(path.join(folder, 'script'), '', { mode: 0o755 });
    const why = async (program: string) =>
      (await whyNotRun(program, { PATH: `/nowhere:/etc/hostname:${folder}` }))?.exitCode;
    expect(await why('script')).toBeUndefined();
    expect(await why(path.join(folder, 'script'))).toBeUndefined();
    expect(await why('dir')).toBe(126);
    expect(await why('plain')).toBe(126);
    expect(await why('missing')).toBe(127);
    expect(await why('/nowhere/script')).toBe(127);
  });
});

describe('Foreground', () => {
  it.each([
    ['exit 3', 3, null],
    ['kill -TERM $$', 143, 'SIGTERM'],
  ])('%s ends with %i', async (script, exitCode, by) => {
    const onStart = () => undefined;
    expect(await new Foreground().run(sh(script), process.env, { signal, onStart })).toEqual({
      ...{ exitCode, signal: by, problem: '' },
    });
  });

  it('says why a program did not start', async () => {
    const outcome = await new Foreground().run(['/nowhere'], {}, { signal, onStart: unexpected });
    const problem = 'cannot run /nowhere: there is no such program';
    expect(outcome).toEqual({ exitCode: 127, signal: null, problem });
  });

  it('starts nothing after an interruption', async () => {
    const signal = AbortSignal.abort(new Error('interrupted'));
    const running = new Foreground().run(['true'], {}, { signal, onStart: unexpected });
    await expect(running).rejects.toThrow('interrupted');
  });

  it('hands signals on while the command runs, and to all that it has started', async () => {
    const foreground = new Foreground();
    expect(foreground.spares('SIGTERM')).toBe(false);
    let target = 0;
    const onStart = (started: number) => (target = started);
    const running = foreground.run(sh('sleep 60 & sleep 60'), process.env, { signal, onStart });
    while (target === 0) await sleep(5);
    await sleep(100);
    expect(foreground.spares('SIGTERM')).toBe(false);
    expect(await running).toMatchObject({ exitCode: 143 });
    while (runs(target)) await sleep(20);
  });
});
