import { SwarmctlError } from '../errors.ts';
import type { ActionContext } from './context.ts';

export interface ListedLock {
  readonly cluster: string;
  /** Null when the lock does not say. */
  readonly pid: number | null;
  readonly machine: string | null;
  /** ISO 8601, by that machine's clock. */
  readonly since: string | null;
  /** False when its process is certainly gone. */
  readonly held: boolean;
}

/** Who is changing which cluster. Takes no lock and writes nothing. */
export async function listLocks({ home }: ActionContext): Promise<ListedLock[]> {
  const locks = await home.locks();
  return locks.map(({ cluster, owner, held }) => ({
    cluster,
    pid: owner?.pid ?? null,
    machine: owner?.machine ?? null,
    since: owner?.since ?? null,
    held,
  }));
}

/** Removes a lock; whether there was one. One that may be held goes only by force. */
export async function releaseLock(
  cluster: string,
  force: boolean,
  { home }: ActionContext,
): Promise<boolean> {
  const lock = await home.lockOf(cluster);
  if (lock?.held && !force) {
    const { pid, machine } = lock.owner ?? {};
    throw new SwarmctlError(
      'LOCKED',
      `process ${String(pid)} on ${String(machine)} may still be changing ${cluster}; its lock stays`,
      {
        suggestions: [
          'end that process',
          `swarmctl lock release ${cluster} --force, when it is certainly gone`,
        ],
      },
    );
  }
  return home.breakLock(cluster);
}
