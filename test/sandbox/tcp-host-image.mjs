import { copyFile, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { aptProxyEnvironment, debianRelease } from './apt.mjs';
import { cachedImage, recipe } from './cache.mjs';
import { must } from './exec.mjs';
import { importFolder } from './import-folder.mjs';
import { temporaryFolder } from './temporary.mjs';

export const TCP_HOST_IMAGE = 'swarmctl/tcp-host:sid';

const PACKAGES = ['docker.io', 'docker-cli', 'iptables', 'ca-certificates'];

/** Of no use in an image. */
const DROPPED = [
  'var/cache/apt',
  'var/lib/apt/lists',
  'usr/share/doc',
  'usr/share/info',
  'usr/share/locale',
  'usr/share/man',
];

const SCRIPTS = {
  'entrypoint.sh': new URL('tcp-host/entrypoint.sh', import.meta.url),
  'local-host.sh': new URL('../../templates/local-host/entrypoint.sh', import.meta.url),
};

/**
 * The image of a host with the newest Docker Engine that Debian has, which nobody enters by ssh.
 * Once made it is kept: to ask for a newer one takes the lists of a whole suite.
 *
 * @param {import('./docker.mjs').Docker} docker
 * @param {string} folder For temporary files.
 */
export async function tcpHostImage(docker, folder) {
  return cachedImage({
    docker,
    tag: TCP_HOST_IMAGE,
    madeFrom: [
      process.arch,
      await recipe(import.meta.url),
      ...(await Promise.all(Object.values(SCRIPTS).map((script) => readFile(script, 'utf8')))),
    ],
    make: () =>
      temporaryFolder(folder, async (root) => {
        const { mirror } = await debianRelease();
        await must(
          'debootstrap',
          ['--variant=minbase', `--include=${PACKAGES.join(',')}`, 'sid', root, mirror],
          { env: { ...process.env, ...(await aptProxyEnvironment()) } },
        );
        for (const [name, script] of Object.entries(SCRIPTS)) {
          await copyFile(script, path.join(root, name));
        }
        for (const name of DROPPED)
          await rm(path.join(root, name), { recursive: true, force: true });
        await importFolder(docker, root, {
          tag: TCP_HOST_IMAGE,
          changes: ['ENTRYPOINT ["sh", "/entrypoint.sh"]'],
        });
      }),
  });
}
