import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod } from 'node:fs/promises';

/**
 * Makes an image of one layer from a folder.
 *
 * @param {import('./docker.mjs').Docker} docker
 * @param {string} folder
 * @param {object} image
 * @param {string} image.tag
 * @param {readonly string[]} [image.changes] Dockerfile instructions.
 */
export async function importFolder(docker, folder, { tag, changes = [] }) {
  // It becomes the root of the image, which everyone in there has to be able to enter.
  await chmod(folder, 0o755);
  const args = ['-C', folder, '--sort=name', '--numeric-owner', '-c', '.'];
  const tar = spawn('tar', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const options = changes.flatMap((change) => ['--change', change]);
  const [closed] = await Promise.all([
    once(tar, 'close'),
    docker(['import', ...options, '-', tag], { input: tar.stdout }),
  ]);
  const code = /** @type {unknown} */ (closed[0]);
  if (code !== 0) throw new Error(`tar of ${folder}: exit code ${String(code)}`);
}
