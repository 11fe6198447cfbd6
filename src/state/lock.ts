import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SwarmctlError } from '../errors.ts';
import { pause } from '../util/abort.ts';
import { isRunning, thisProcess, type ProcessIdentity } from '../util/process-identity.ts';

const PAUSE = 50;

interface LockOptions {
  /** What is locked, as in "… works on cluster etcd". */
  readonly what: string;
  /** Milliseconds to wait for another process to be done. */
  readonly wait: number;
  readonly signal: AbortSignal;
}

/**
 * Does `work` while no other process of this machine does work under the same file. The lock of a
 * process that is gone is taken over.
 */
export async function withLock<T>(
  file: string,
  { what, wait, signal }: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  const mine = `${file}.${randomUUID()}`;
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const { pid, started } = await thisProcess();
  await writeFile(mine, started === undefined ? String(pid) : `${pid} ${started}`, { mode: 0o600 });
  try {
    const ends = Date.now() + wait;
    // A link appears at once with its content, and only where nothing is yet.
    while (!(await linked(mine, file))) {
      const text = await readFile(file, 'utf8').catch(() => '');
      const owner = parseOwner(text);
      if (owner.pid > 0 && !(await isRunning(owner))) {
        await takeAway(file, text);
      } else if (Date.now() >= ends) {
        throw new SwarmctlError(
          'LOCKED',
          `another swarmctl (process ${owner.pid}) works on ${what}`,
          {
            suggestions: ['wait until it is done, or end it'],
          },
        );
      } else {
        await pause(PAUSE, signal);
      }
    }
  } finally {
    await rm(mine, { force: true });
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** A file of an earlier version holds the ID alone. */
function parseOwner(text: string): ProcessIdentity {
  const [pid, started] = text.split(' ');
  return { pid: Number(pid), started };
}

/** Removes a dead owner's lock; one that somebody else has taken meanwhile is put back. */
async function takeAway(file: string, owner: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  await rename(file, aside).catch(() => undefined);
  const found = await readFile(aside, 'utf8').catch(() => owner);
  if (found !== owner) await linked(aside, file);
  await rm(aside, { force: true });
}
