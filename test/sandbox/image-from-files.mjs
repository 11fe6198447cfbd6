import { chmod, copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { run } from './exec.mjs';
import { importFolder } from './import-folder.mjs';

/**
 * Makes an image of a few programs and the shared libraries they load, and nothing else.
 *
 * @param {object} image
 * @param {import('./docker.mjs').Docker} image.docker
 * @param {string} image.tag
 * @param {Record<string, string>} image.files Programs on this machine, by their path in the image.
 * @param {readonly string[]} image.changes Dockerfile instructions.
 * @param {string} image.temporary A folder that becomes its root; what it holds already comes along.
 */
export async function imageFromFiles({ docker, tag, files, changes, temporary }) {
  const libraries = new Set((await Promise.all(Object.values(files).map(librariesOf))).flat());
  const all = [...Object.entries(files), ...[...libraries].map((file) => [file, file])];
  for (const [target = '', source = ''] of all) await copyInto(temporary, target, source);
  await mkdir(path.join(temporary, 'tmp'), { recursive: true });
  await chmod(path.join(temporary, 'tmp'), 0o1777);
  await importFolder(docker, temporary, { tag, changes });
}

/**
 * The shared libraries of a program, and their loader.
 *
 * @param {string} program
 * @returns {Promise<string[]>}
 */
async function librariesOf(program) {
  const { code, stdout } = await run('ldd', [program]);
  if (code !== 0) return [];
  const missing = /(\S+) => not found/.exec(stdout)?.[1];
  if (missing !== undefined) throw new Error(`${program} needs ${missing}, which is not here`);
  return [...stdout.matchAll(/(?:^|\s)(\/\S+) \(0x/gm)].map(([, file]) => file ?? '');
}

/**
 * @param {string} folder
 * @param {string} target
 * @param {string} source
 */
async function copyInto(folder, target, source) {
  const file = path.join(folder, target);
  await mkdir(path.dirname(file), { recursive: true });
  await copyFile(source, file);
  await chmod(file, 0o755);
}
