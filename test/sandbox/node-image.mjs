import { rm } from 'node:fs/promises';
import path from 'node:path';
import { aptCandidate, aptProxyEnvironment, debianRelease } from './apt.mjs';
import { cachedImage, recipe } from './cache.mjs';
import { must } from './exec.mjs';
import { importFolder } from './import-folder.mjs';
import { temporaryFolder } from './temporary.mjs';

export const NODE_IMAGE = 'swarmctl/node:debian';

/** What a host needs: an engine, its firewall, and trust in public registries. */
const PACKAGES = ['docker.io', 'iptables', 'ca-certificates'];

/** Of no use in an image. */
const DROPPED = [
  'var/cache/apt',
  'var/lib/apt/lists',
  'usr/share/doc',
  'usr/share/info',
  'usr/share/locale',
  'usr/share/man',
];

/**
 * The image of a local host, made from the packages of the Debian that runs here.
 *
 * @param {import('./docker.mjs').Docker} docker
 * @param {string} folder For temporary files.
 */
export async function nodeImage(docker, folder) {
  const { suite, mirror, components } = await debianRelease();
  const version = await aptCandidate('docker.io');
  return cachedImage({
    docker,
    tag: NODE_IMAGE,
    madeFrom: [suite, version ?? '', process.arch, await recipe(import.meta.url)],
    make: () =>
      temporaryFolder(folder, async (root) => {
        await must(
          'debootstrap',
          [
            '--variant=minbase',
            `--include=${PACKAGES.join(',')}`,
            `--components=${components}`,
            suite,
            root,
            mirror,
          ],
          { env: { ...process.env, ...(await aptProxyEnvironment()) } },
        );
        for (const name of DROPPED) await rm(path.join(root, name), { recursive: true });
        await importFolder(docker, root, { tag: NODE_IMAGE });
      }),
  });
}
