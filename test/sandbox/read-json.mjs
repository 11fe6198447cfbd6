import { readFile } from 'node:fs/promises';

/**
 * What a file holds, or undefined where it is not there or not whole.
 *
 * @param {string} file
 * @returns {Promise<unknown>}
 */
export async function readJson(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}
