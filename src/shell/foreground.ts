import { spawn, type ChildProcess } from 'node:child_process';
import { access, constants, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { isInForeground } from '../util/process-identity.ts';

/** As a shell, env(1) and docker say it. */
const NOT_EXECUTABLE = 126;
const NOT_FOUND = 127;

export interface Ended {
  /** Of the command; 128 and the signal's number when a signal ended it. */
  readonly exitCode: number;
  readonly signal: NodeJS.Signals | null;
  /** Why it did not run; empty when it did. */
  readonly problem: string;
}

/** What has to be signalled to end a command: a process, or below zero a whole group. */
export type Target = number;

interface Running {
  /** When it has aborted, nothing is started any more. */
  readonly signal: AbortSignal;
  /** Told at once what has been started. */
  readonly onStart: (target: Target) => void;
}

/** Runs one command in our place: with our streams, and with the signals that we get. */
export class Foreground {
  #child: ChildProcess | undefined;
  /** Whether our terminal gives Ctrl-C to the command as well. */
  #shares = false;

  /** Whether a signal is the command's alone. Any other that comes while it runs it gets from us. */
  readonly spares = (signal: NodeJS.Signals): boolean => {
    if (this.#child === undefined) return false;
    if (signal === 'SIGINT' && this.#shares) return true;
    try {
      process.kill(targetOf(this.#child, this.#shares), signal);
    } catch {
      // It has just ended.
    }
    return false;
  };

  async run(
    [program = '', ...args]: readonly string[],
    env: NodeJS.ProcessEnv,
    { signal, onStart }: Running,
  ): Promise<Ended> {
    this.#shares = await isInForeground();
    signal.throwIfAborted();
    // Without a terminal to share it is the first of a group, all of which can be ended together.
    const child = spawn(program, args, { stdio: 'inherit', env, detached: !this.#shares });
    if (child.pid !== undefined) {
      this.#child = child;
      onStart(targetOf(child, this.#shares));
    }
    return new Promise((resolve) => {
      child.once('error', (error: NodeJS.ErrnoException) => {
        resolve(notRun(program, error.code !== 'ENOENT'));
      });
      child.once('exit', (code, signal) => {
        this.#child = undefined;
        const exitCode = signal === null ? (code ?? 0) : 128 + os.constants.signals[signal];
        resolve({ exitCode, signal, problem: '' });
      });
    });
  }
}

/** Why a program cannot be run, as far as can be seen without doing it. */
export async function whyNotRun(
  program: string,
  env: NodeJS.ProcessEnv,
): Promise<Ended | undefined> {
  const folders = program.includes('/') ? [''] : (env.PATH ?? '').split(path.delimiter);
  let isThere = false;
  for (const folder of folders) {
    const file = path.join(folder, program);
    try {
      await access(file, constants.X_OK);
      if ((await stat(file)).isFile()) return undefined;
      isThere = true;
    } catch (error) {
      isThere ||= (error as NodeJS.ErrnoException).code === 'EACCES';
    }
  }
  return notRun(program, isThere);
}

function notRun(program: string, isThere: boolean): Ended {
  return {
    exitCode: isThere ? NOT_EXECUTABLE : NOT_FOUND,
    signal: null,
    problem: `cannot run ${program}: ${isThere ? 'it is not executable' : 'there is no such program'}`,
  };
}

function targetOf({ pid = 0 }: ChildProcess, shares: boolean): Target {
  return shares ? pid : -pid;
}
