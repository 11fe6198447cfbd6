import { createHash } from 'node:crypto';
import { access, mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setting } from './setting.mjs';

/** What took a while to make; kept between runs. */
export function cacheFolder() {
  const base = setting('XDG_CACHE_HOME') ?? path.join(os.homedir(), '.cache');
  return path.join(base, 'swarmctl-sandbox');
}

/**
 * Loads an image into an engine: from its archive, else after making it.
 *
 * @param {object} image
 * @param {import('./docker.mjs').Docker} image.docker
 * @param {string} image.tag
 * @param {readonly string[]} image.madeFrom Everything that changes the result.
 * @param {() => Promise<void>} image.make Creates the image in the engine.
 * @returns {Promise<string>} The archive.
 */
export async function cachedImage({ docker, tag, madeFrom, make }) {
  const folder = cacheFolder();
  const prefix = `${tag.replaceAll(/[/:]/g, '-')}--`;
  const key = createHash('sha256').update(JSON.stringify(madeFrom)).digest('hex').slice(0, 16);
  const archive = path.join(folder, `${prefix}${key}.tar`);

  if (await exists(archive)) {
    const loaded = await docker(['load', '--input', archive]).then(
      () => true,
      () => false,
    );
    if (loaded) return archive;
  }
  await make();
  await keep(archive, (unfinished) => docker(['save', '--output', unfinished, tag]));
  await removeOlder(folder, prefix, archive);
  return archive;
}

/**
 * A file of the cache: from there, else after making it.
 *
 * @param {string} name
 * @param {(file: string) => Promise<unknown>} make Writes it.
 * @returns {Promise<string>}
 */
export async function cachedFile(name, make) {
  const file = path.join(cacheFolder(), name);
  if (!(await exists(file))) await keep(file, make);
  return file;
}

/**
 * Writes a file that is there only when it is whole.
 *
 * @param {string} file
 * @param {(unfinished: string) => Promise<unknown>} write
 */
async function keep(file, write) {
  await mkdir(path.dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  try {
    await write(unfinished);
    await rename(unfinished, file);
  } finally {
    await rm(unfinished, { force: true });
  }
}

/**
 * The text of a module, as part of what an image was made from: whoever changes the recipe gets
 * the image anew.
 *
 * @param {string} url `import.meta.url`
 */
export async function recipe(url) {
  return readFile(new URL(url), 'utf8');
}

/**
 * @param {string} folder
 * @param {string} prefix
 * @param {string} newest
 */
async function removeOlder(folder, prefix, newest) {
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    if (name.startsWith(prefix) && name.endsWith('.tar') && file !== newest) {
      await rm(file, { force: true });
    }
  }
}

/** @param {string} file */
async function exists(file) {
  return access(file).then(
    () => true,
    () => false,
  );
}
