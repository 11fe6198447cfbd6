import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { aptCandidate, aptUnpack, otherSuite } from './apt.mjs';
import { cachedImage, recipe } from './cache.mjs';
import { must } from './exec.mjs';
import { imageFromFiles } from './image-from-files.mjs';
import { temporaryFolder } from './temporary.mjs';
import { Unmet } from './unmet.mjs';

export const ETCD_IMAGE = 'swarmctl/etcd:debian';

/** As `swarmctl` deploys it by default, which a Debian of one's own may not have. */
export const ETCD35_IMAGE = 'swarmctl/etcd:sid';

/** Those that may have etcd 3.5: the newest, and one in which it stays. */
const SUITES = ['sid', 'trixie'];

const PACKAGE = 'etcd-server';

/**
 * The image of etcd, made from Debian's package without installing it.
 *
 * @param {import('./docker.mjs').Docker} docker
 * @param {string} folder For temporary files.
 */
export async function etcdImage(docker, folder) {
  const version = await aptCandidate(PACKAGE);
  if (version === undefined) throw new Unmet(`no apt source has the package ${PACKAGE}`);
  const [major = 0, minor = 0] = version.replace(/^\d+:/, '').split('.').map(Number);
  if (major !== 3 || minor > 5) {
    throw new Unmet(`etcd ${version} is too new: Swarm speaks the v2 API, which ended with 3.5`);
  }
  return cachedImage({
    docker,
    tag: ETCD_IMAGE,
    madeFrom: [version, process.arch, await recipe(import.meta.url)],
    make: () => temporaryFolder(folder, (temporary) => make(docker, ETCD_IMAGE, { temporary })),
  });
}

/**
 * The image of etcd 3.5, from whichever suite of Debian has it. Once made it is kept: any 3.5 will
 * do, and to ask for a newer one takes the lists of a whole suite.
 *
 * @param {import('./docker.mjs').Docker} docker
 * @param {string} folder For temporary files.
 */
export async function etcd35Image(docker, folder) {
  return cachedImage({
    docker,
    tag: ETCD35_IMAGE,
    madeFrom: [process.arch, await recipe(import.meta.url)],
    make: () =>
      temporaryFolder(folder, async (temporary) => {
        for (const suite of SUITES) {
          const options = await otherSuite(suite, path.join(temporary, suite));
          const version = await aptCandidate(PACKAGE, options);
          if (!version?.startsWith('3.5.')) continue;
          await make(docker, ETCD35_IMAGE, { temporary, options });
          return;
        }
        throw new Unmet(`neither ${SUITES.join(' nor ')} of Debian has etcd 3.5`);
      }),
  });
}

/**
 * @param {import('./docker.mjs').Docker} docker
 * @param {string} tag
 * @param {{ temporary: string, options?: readonly string[] }} from `options`: of apt.
 */
async function make(docker, tag, { temporary, options = [] }) {
  const [unpacked, root] = [path.join(temporary, 'package'), path.join(temporary, 'root')];
  await mkdir(root);
  await aptUnpack(PACKAGE, { into: unpacked, temporary, options });
  const etcd = path.join(unpacked, 'usr/bin/etcd');
  // It gets the libraries of this machine, which those of another suite may be too new for.
  await must(etcd, ['--version']);
  await imageFromFiles({
    docker,
    tag,
    files: { '/usr/bin/etcd': etcd },
    changes: ['ENTRYPOINT ["/usr/bin/etcd"]'],
    temporary: root,
  });
}
