import { chmod, mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { readJson } from './read-json.mjs';
import { setting } from './setting.mjs';
import { Unmet } from './unmet.mjs';

/**
 * @typedef {object} State What one run of the quick start tells the next.
 * @property {'private' | 'own'} engine The sandbox's, or the one the person uses anyway.
 * @property {import('./quickstart-images.mjs').Images} [images]
 * @property {boolean} [creating] Whether there may be a cluster.
 */

export function quickstartFolder() {
  return path.resolve(setting('SWARMCTL_SANDBOX') ?? path.join(os.homedir(), '.swarmctl-sandbox'));
}

/**
 * @param {string} folder
 * @returns {Promise<State | undefined>}
 */
export async function readState(folder) {
  return /** @type {Promise<State | undefined>} */ (readJson(stateFile(folder)));
}

/**
 * @param {string} folder
 * @param {State} state
 */
export async function writeState(folder, state) {
  const unfinished = `${stateFile(folder)}.new`;
  await writeFile(unfinished, `${JSON.stringify(state, undefined, 2)}\n`);
  await rename(unfinished, stateFile(folder));
}

/**
 * Takes a folder for the sandbox, which will remove it one day: never one that holds anything.
 *
 * @param {string} folder
 */
export async function claimFolder(folder) {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) {
    throw new Unmet(`${folder} holds other files: set SWARMCTL_SANDBOX to another folder`);
  }
  await chmod(folder, 0o711);
}

/** @param {string} folder */
function stateFile(folder) {
  return path.join(folder, 'sandbox.json');
}
