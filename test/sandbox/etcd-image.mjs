import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { aptCandidate, aptUnpack } from './apt.mjs';
import { cachedImage, recipe } from './cache.mjs';
import { imageFromFiles } from './image-from-files.mjs';
import { temporaryFolder } from './temporary.mjs';
import { Unmet } from './unmet.mjs';

export const ETCD_IMAGE = 'swarmctl/etcd:debian';

/**
 * The image of etcd, made from Debian's package without installing it.
 *
 * @param {import('./docker.mjs').Docker} docker
 * @param {string} folder For temporary files.
 */
export async function etcdImage(docker, folder) {
  const version = await aptCandidate('etcd-server');
  if (version === undefined) throw new Unmet('no apt source has the package etcd-server');
  const [major = 0, minor = 0] = version.replace(/^\d+:/, '').split('.').map(Number);
  if (major !== 3 || minor > 5) {
    throw new Unmet(`etcd ${version} is too new: Swarm speaks the v2 API, which ended with 3.5`);
  }
  return cachedImage({
    docker,
    tag: ETCD_IMAGE,
    madeFrom: [version, process.arch, await recipe(import.meta.url)],
    make: () =>
      temporaryFolder(folder, async (temporary) => {
        const [unpacked, root] = [path.join(temporary, 'package'), path.join(temporary, 'root')];
        await mkdir(root);
        await aptUnpack('etcd-server', { into: unpacked, temporary });
        await imageFromFiles({
          docker,
          tag: ETCD_IMAGE,
          files: { '/usr/bin/etcd': path.join(unpacked, 'usr/bin/etcd') },
          changes: ['ENTRYPOINT ["/usr/bin/etcd"]'],
          temporary: root,
        });
      }),
  });
}
