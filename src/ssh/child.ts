import type { Readable, Writable } from 'node:stream';
import { execa } from 'execa';

/** A process on this machine whose output nobody has read yet. */
export interface Child {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Its exit code; 127 when there is no such program, 255 when a signal ended it. */
  readonly ended: Promise<number>;
  kill(): void;
  /** From now on it does not keep our own process from ending. */
  unref(): void;
}

/** How long a process has after SIGTERM. */
const GRACE = 2000;

interface Options {
  /** It gets a session of its own: signals of the terminal do not reach it, nor does it ask there. */
  readonly detached: boolean;
}

/** Starts a program. What ends it is a matter of whoever starts it, and of templates/ssh/lifeline.sh. */
export function start(program: string, args: readonly string[], { detached }: Options): Child {
  const child = execa(program, args, {
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    buffer: false,
    reject: false,
    cleanup: false,
    detached,
    forceKillAfterDelay: GRACE,
    // A window that asks for a passphrase is a prompt, too.
    ...(detached && { env: { SSH_ASKPASS_REQUIRE: 'never' } }),
  });
  // Whoever ends early does not read what it is still given.
  child.stdin.on('error', () => undefined);
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    ended: child.then(({ exitCode, code }) => exitCode ?? (code === 'ENOENT' ? 127 : 255)),
    kill: () => void child.kill('SIGTERM'),
    unref: () => {
      child.unref();
      for (const stream of [child.stdin, child.stdout, child.stderr]) {
        (stream as { unref?: () => void }).unref?.();
      }
    },
  };
}

/**
 * Runs a program in the person's terminal and returns its exit code; ends it when the signal aborts.
 */
export async function runInTerminal(
  program: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const { exitCode } = await execa(program, args, {
    stdio: 'inherit',
    reject: false,
    cleanup: false,
    cancelSignal: signal,
    forceKillAfterDelay: GRACE,
  });
  signal.throwIfAborted();
  return exitCode ?? 255;
}

/** Runs a program that says something short, without standard input. */
export async function ask(
  program: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const { exitCode, code, stdout, stderr } = await execa(program, args, {
    stdin: 'ignore',
    reject: false,
    timeout: 5000,
    ...(signal && { cancelSignal: signal }),
    env: { SSH_ASKPASS_REQUIRE: 'never' },
  });
  return { exitCode: exitCode ?? (code === 'ENOENT' ? 127 : 255), stdout, stderr };
}
