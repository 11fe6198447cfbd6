import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { cachedImage, recipe } from './cache.mjs';
import { ROOT } from './project.mjs';
import { temporaryFolder } from './temporary.mjs';

export const STAND_IN_IMAGE = 'swarmctl/swarm-stand-in:1.2.9';

/**
 * An image that behaves like swarm:1.2.9 as far as swarmctl and its tests go.
 * Needs node_modules.
 *
 * @param {import('./docker.mjs').Docker} docker
 * @param {string} folder For temporary files.
 */
export async function standInImage(docker, folder) {
  const { bundleStandin, buildStandinImage } = await import('../standin/image.mjs');
  return temporaryFolder(folder, async (temporary) => {
    const bundle = path.join(temporary, 'swarm.mjs');
    await bundleStandin(bundle);
    return cachedImage({
      docker,
      tag: STAND_IN_IMAGE,
      madeFrom: [
        process.arch,
        process.version,
        await readFile(bundle, 'utf8'),
        await readFile(path.join(ROOT, 'test/standin/image.mjs'), 'utf8'),
        await recipe(import.meta.url),
      ],
      make: async () => {
        await buildStandinImage({ docker, bundle, tag: STAND_IN_IMAGE });
      },
    });
  });
}
