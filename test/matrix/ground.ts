import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import { eventually } from '../helpers/eventually.ts';
import { processesWith } from '../helpers/ssh-place.ts';
import type { Workplace } from '../helpers/workplace.ts';
import { environmentOf, hasStruck, stepsIn, type Call, type Fault } from './faults.ts';
import type { Trouble } from './troubles.ts';

/** Where clusters are made, and where nothing of them may be left. */
export interface Ground {
  readonly place: Workplace;
  readonly nodes: number;
  /** Arguments of `create`, with these flags. */
  create(name: string, flags: readonly string[]): string[];
  /** All that a cluster may leave behind, and all that it may not touch. */
  traces(): Promise<string>;
}

export const NAME = 'fm';

/** Makes and removes one cluster on a ground, with and without faults. */
export class Trial {
  readonly #ground: Ground;
  readonly #folder: string;
  readonly #before: string;
  #runs = 0;

  private constructor(ground: Ground, folder: string, before: string) {
    this.#ground = ground;
    this.#folder = folder;
    this.#before = before;
  }

  static async on(ground: Ground): Promise<Trial> {
    const folder = await mkdtemp(path.join(tmpdir(), 'swarmctl-matrix-'));
    return new Trial(ground, folder, await ground.traces());
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** The steps that `create` takes and `destroy` takes back. */
  async steps(): Promise<Record<Call, string[]>> {
    const [run, undo] = [this.#trace(), this.#trace()];
    await this.#must(this.#argv('run'), environmentOf(run));
    await this.#must(this.#argv('undo'), environmentOf(undo));
    return { run: await stepsIn(run, 'run'), undo: await stepsIn(undo, 'undo') };
  }

  /** Runs into a fault, and ends as one must who meets it. */
  async meet(fault: Fault, onFailure: 'keep' | 'rollback' = 'keep') {
    const trace = this.#trace();
    const { exitCode, signal, all } = await this.start(this.#argv(fault.call), {
      ...environmentOf(trace, fault),
      SWARMCTL_ON_FAILURE: onFailure,
    });
    expect(await hasStruck(trace), `the fault did not happen\n${all}`).toBe(true);
    if (fault.kind === 'SIGKILL') expect(signal, all).toBe('SIGKILL');
    if (fault.kind === 'SIGINT') expect([0, 130], all).toContain(exitCode);
    if (fault.kind === 'error') expect(exitCode, all).not.toBe(0);
    return { exitCode };
  }

  /** Runs `create`, and into trouble: it may overcome that, or fail. */
  async getInto({ during, happens, ends, flags = [] }: Trouble): Promise<string> {
    const trace = this.#trace();
    const run = this.start(this.#argv('run', flags), environmentOf(trace));
    try {
      await eventually(
        async () => stepsIn(trace, 'run').catch((): string[] => []),
        (steps) => steps.includes(during),
        60,
        20,
      );
      await happens();
      return (await run).all;
    } finally {
      await ends?.();
    }
  }

  /** Runs `create`, and kills it after so many milliseconds. */
  async isKilledAfter(milliseconds: number): Promise<void> {
    const run = this.start();
    const timer = setTimeout(() => run.kill('SIGKILL'), milliseconds);
    await run;
    clearTimeout(timer);
  }

  /** `create` ends well, and the manager itself says that every node is healthy. */
  async becomesHealthy(...flags: readonly string[]): Promise<void> {
    await this.#must(this.#argv('run', flags));
    const { stdout, stderr } = await this.#ground.place.dockerThrough(NAME, ['info']);
    const healthy = stdout.split('\n').filter((line) => line.includes('Status: Healthy')).length;
    expect(healthy, stdout + stderr).toBe(this.#ground.nodes);
  }

  /** `destroy` ends well, and everything is as it was before there was a cluster. */
  async leavesNothing(): Promise<void> {
    await this.#must(this.#argv('undo'));
    await this.isAsBefore();
  }

  async isAsBefore(): Promise<void> {
    expect(await this.#ground.traces()).toBe(this.#before);
    const { home } = this.#ground.place;
    const files = await readdir(home, { recursive: true, withFileTypes: true });
    const kept = ['logs', 'support'];
    expect(
      files.filter((file) => file.isFile() && !kept.includes(path.basename(file.parentPath))),
    ).toEqual([]);
    expect(await processesWith(home)).toEqual([]);
  }

  /** Whatever a failed case has left: the next begins with nothing. */
  async cleanUp(): Promise<void> {
    await this.start(this.#argv('undo'));
  }

  start(argv: readonly string[] = this.#argv('run'), env: NodeJS.ProcessEnv = {}) {
    return this.#ground.place.start(argv, { env });
  }

  #argv(call: Call, flags: readonly string[] = []): string[] {
    return call === 'run' ? this.#ground.create(NAME, flags) : ['destroy', NAME, '--yes'];
  }

  async #must(argv: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<void> {
    const { exitCode, all } = await this.start(argv, env);
    expect(exitCode, `${argv[0] ?? ''}:\n${all}`).toBe(0);
  }

  #trace(): string {
    this.#runs += 1;
    return path.join(this.#folder, `trace-${String(this.#runs)}`);
  }
}
