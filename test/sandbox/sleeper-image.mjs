import { readFile } from 'node:fs/promises';
import { cachedImage, recipe } from './cache.mjs';
import { findCommand } from './exec.mjs';
import { imageFromFiles } from './image-from-files.mjs';
import { temporaryFolder } from './temporary.mjs';
import { Unmet } from './unmet.mjs';

export const SLEEPER_IMAGE = 'swarmctl/sleeper:local';

const PROGRAMS = ['sh', 'sleep', 'cat', 'echo', 'hostname'];

/**
 * A small image to schedule: a shell and a few programs of this machine.
 *
 * @param {import('./docker.mjs').Docker} docker
 * @param {string} folder For temporary files.
 */
export async function sleeperImage(docker, folder) {
  /** @type {Record<string, string>} */
  const files = {};
  for (const program of PROGRAMS) {
    const found = await findCommand(program);
    if (found === undefined) throw new Unmet(`please install ${program}`);
    files[`/bin/${program}`] = found;
  }
  return cachedImage({
    docker,
    tag: SLEEPER_IMAGE,
    madeFrom: [
      process.arch,
      await readFile('/etc/os-release', 'utf8'),
      await recipe(import.meta.url),
    ],
    make: () =>
      temporaryFolder(folder, (temporary) =>
        imageFromFiles({
          docker,
          tag: SLEEPER_IMAGE,
          files,
          changes: ['CMD ["sleep", "3600"]'],
          temporary,
        }),
      ),
  });
}
