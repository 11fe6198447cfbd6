import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { SwarmctlError } from '../errors.ts';
import { pause } from '../util/abort.ts';
import { isTaken } from '../util/new-file.ts';
import { isRunning, thisProcess } from '../util/process-identity.ts';
import { whileWaiting } from '../util/still-waiting.ts';

const PAUSE = 50;

/** Who holds a lock. Times are for people: whether it is held never depends on a clock. */
const OwnerSchema = v.object({
  pid: v.number(),
  /** As in ProcessIdentity. */
  started: v.optional(v.string()),
  /** The machine's name: the folder may be on a disk that several machines share. */
  machine: v.string(),
  /** ISO 8601, by that machine's clock. */
  since: v.string(),
});

export type LockOwner = v.InferOutput<typeof OwnerSchema>;

interface LockOptions {
  /** What is locked, as in "… works on cluster etcd". */
  readonly what: string;
  /** What to do when somebody else keeps it. */
  readonly suggestions: readonly string[];
  /** Milliseconds to wait for another process to be done. */
  readonly wait: number;
  readonly signal: AbortSignal;
  /** Told each second how a long wait goes. */
  readonly onWaiting?: ((sentence: string) => void) | undefined;
}

/**
 * Does `work` while no other process does work under the same file. The lock of a process of this
 * machine that is gone is taken over; of another machine's nobody here can tell.
 */
export async function withLock<T>(
  file: string,
  { what, suggestions, wait, signal, onWaiting: tell }: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  const mine = `${file}.${randomUUID()}`;
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const since = new Date().toISOString();
  const me: LockOwner = { ...(await thisProcess()), machine: hostname(), since };
  const content = JSON.stringify(me);
  await writeFile(mine, content, { mode: 0o600 });
  try {
    const ends = Date.now() + wait;
    // A link appears at once with its content, and only where nothing is yet.
    await whileWaiting({ what: `the lock of ${what}`, tell }, async (waiting) => {
      while (!(await linked(mine, file))) {
        const text = await textOf(file);
        if (text === undefined) continue;
        const owner = parseOwner(text);
        if (!(await mayBeHeld(owner))) {
          await takeAway(file, text);
          continue;
        }
        const held = `another swarmctl (${describeOwner(owner)}) works on ${what}`;
        if (Date.now() >= ends) throw new SwarmctlError('LOCKED', held, { suggestions });
        waiting.doing(held);
        await pause(PAUSE, signal);
      }
    });
  } finally {
    await rm(mine, { force: true });
  }
  try {
    return await work();
  } finally {
    // Somebody may have released it by force, and another may have it now.
    await takeAway(file, content);
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (isTaken(error)) return false;
    throw error;
  }
}

/** Who holds the lock, as far as that can be read; undefined when nobody does. */
export async function lockOwner(file: string): Promise<LockOwner | 'unreadable' | undefined> {
  const text = await textOf(file);
  return text === undefined ? undefined : (parseOwner(text) ?? 'unreadable');
}

/** Removes a lock whoever holds it; whether there was one. */
export async function breakLock(file: string): Promise<boolean> {
  return rm(file).then(
    () => true,
    (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    },
  );
}

/** Removes from a folder what processes that are certainly gone have left there. */
export async function removeDeadLocks(folder: string): Promise<void> {
  const files = await readdir(folder).catch(() => []);
  for (const file of files.map((name) => path.join(folder, name))) {
    const text = (await textOf(file)) ?? '';
    const owner = parseOwner(text);
    // What names nobody may be a file that somebody is writing.
    if (owner && !(await mayBeHeld(owner))) await takeAway(file, text);
  }
}

/** False when it is certain that the owner is gone. What is no owner at all holds nothing. */
export async function mayBeHeld(owner: LockOwner | undefined): Promise<boolean> {
  if (!owner) return false;
  if (owner.machine !== hostname()) return true;
  return isRunning({ pid: owner.pid, started: owner.started });
}

function describeOwner(owner: LockOwner | undefined): string {
  if (!owner) return 'unknown';
  const where = owner.machine === hostname() ? '' : ` on ${owner.machine}`;
  return `process ${owner.pid}${where}, since ${owner.since}`;
}

function parseOwner(text: string): LockOwner | undefined {
  try {
    return v.parse(OwnerSchema, JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Undefined when there is no such file. */
async function textOf(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
}

/** Removes an owner's lock; one that somebody else has taken meanwhile is put back. */
async function takeAway(file: string, content: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  await rename(file, aside).catch(() => undefined);
  const found = await readFile(aside, 'utf8').catch(() => content);
  if (found !== content) await linked(aside, file);
  await rm(aside, { force: true });
}
