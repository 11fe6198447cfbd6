import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '../util/package-root.ts';
import type { Target } from './foreground.ts';

/** Milliseconds that a command has after SIGTERM. */
const GRACE = 3000;
const PAUSE = 50;

interface Guarded {
  readonly name: string;
  readonly createdAt: string;
}

/**
 * A process that removes a cluster when ours is gone without having done so, by SIGKILL for one. It
 * knows from the end of a pipe, so it need not be running yet to notice
 * (docs/decisions/0018-run-guardian.md).
 */
export class Guardian {
  #process: ChildProcess | undefined;
  /** The cluster that is left when our process ends now. */
  #leaves: string | undefined;
  readonly #quiet: boolean;

  constructor({ quiet }: { readonly quiet: boolean }) {
    this.#quiet = quiet;
  }

  watch({ name, createdAt }: Guarded): void {
    const argv = ['guard', name, createdAt, ...(this.#quiet ? ['--quiet'] : [])];
    const guardian = spawn(process.execPath, [path.join(packageRoot(), 'bin/run.js'), ...argv], {
      // What a terminal or a CI system sends to our group is not for it.
      detached: true,
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    this.#process = guardian;
    this.#leaves = name;
    // Without it everything goes on as it would otherwise.
    const isGone = () => {
      this.#process = undefined;
    };
    guardian.once('error', isGone).once('exit', isGone);
    guardian.stdin.on('error', () => undefined);
    process.once('exit', () => {
      if (this.#leaves !== undefined) process.stderr.write(this.#sayLeft(this.#leaves));
    });
  }

  #sayLeft(name: string): string {
    return this.#process
      ? `Cluster ${name} is removed in the background; swarmctl destroy ${name} removes what stays.\n`
      : `Cluster ${name} is left as it is; swarmctl destroy ${name} removes it.\n`;
  }

  /** What has to be ended before the cluster goes; undefined when nothing has. */
  note(command: Target | undefined): void {
    (this.#process?.stdin as Writable | undefined)?.write(`${command ?? ''}\n`);
  }

  /** There is nothing left to guard. Resolves when the process is gone. */
  async dismiss(): Promise<void> {
    const guardian = this.#process;
    this.#leaves = undefined;
    if (guardian?.pid === undefined) return;
    const gone = once(guardian, 'exit');
    guardian.kill('SIGKILL');
    await gone;
  }
}

/** The guardian's own part: resolves when nobody is at the other end any more, with what is left to end. */
export async function whenAlone(input: Readable): Promise<Target | undefined> {
  let command = '';
  try {
    for await (const line of createInterface({ input })) command = line;
  } catch {
    // A pipe that breaks has no other end either.
  }
  return command === '' ? undefined : Number(command);
}

/** Ends a command of which nobody else will hear, by force if it does not end by itself. */
export async function endCommand(command: Target): Promise<void> {
  const signalled = (signal: NodeJS.Signals | 0) => {
    try {
      return process.kill(command, signal);
    } catch {
      return false;
    }
  };
  if (!signalled('SIGTERM')) return;
  const end = Date.now() + GRACE;
  while (signalled(0)) {
    if (Date.now() > end) break;
    await sleep(PAUSE);
  }
  signalled('SIGKILL');
}
