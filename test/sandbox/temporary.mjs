import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { unmountBelow } from './mounts.mjs';

/**
 * Gives a new folder to some work and removes it afterwards.
 *
 * @template T
 * @param {string} parent
 * @param {(folder: string) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function temporaryFolder(parent, work) {
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(path.join(parent, 'tmp-'));
  try {
    return await work(folder);
  } finally {
    await unmountBelow(folder);
    await rm(folder, { recursive: true, force: true });
  }
}
