import { copyFile, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { aptCandidate, aptProxyEnvironment, debianRelease } from './apt.mjs';
import { cachedImage, recipe } from './cache.mjs';
import { must } from './exec.mjs';
import { importFolder } from './import-folder.mjs';
import { temporaryFolder } from './temporary.mjs';

export const SSH_HOST_IMAGE = 'swarmctl/ssh-host:debian';

/** What a server has that somebody set up, and the login shells that are not POSIX. */
const PACKAGES = [
  ...['systemd', 'systemd-sysv', 'openssh-server', 'sudo'],
  ...['docker.io', 'iptables', 'iproute2', 'ca-certificates', 'procps'],
  ...['fish', 'tcsh'],
];

/** Of no use in an image. */
const DROPPED = [
  'var/cache/apt',
  'var/lib/apt/lists',
  'usr/share/doc',
  'usr/share/info',
  'usr/share/locale',
  'usr/share/man',
];

const SCRIPTS = new URL('ssh-host/', import.meta.url);

/**
 * The image of a server: systemd, sshd, sudo and Docker from the packages of the Debian that runs
 * here.
 *
 * @param {import('./docker.mjs').Docker} docker
 * @param {string} folder For temporary files.
 */
export async function sshHostImage(docker, folder) {
  const { suite, mirror, components } = await debianRelease();
  const [entrypoint, accounts] = [script('entrypoint.sh'), script('accounts.sh')];
  return cachedImage({
    docker,
    tag: SSH_HOST_IMAGE,
    madeFrom: [
      suite,
      ...(await Promise.all(['docker.io', 'openssh-server'].map((name) => aptCandidate(name)))).map(
        String,
      ),
      process.arch,
      await recipe(import.meta.url),
      await readFile(entrypoint, 'utf8'),
      await readFile(accounts, 'utf8'),
    ],
    make: () =>
      temporaryFolder(folder, async (root) => {
        // From Debian 13 on the command line client is a package of its own.
        const client = (await aptCandidate('docker-cli')) !== undefined ? ['docker-cli'] : [];
        await must(
          'debootstrap',
          [
            '--variant=minbase',
            `--include=${[...PACKAGES, ...client].join(',')}`,
            `--components=${components}`,
            suite,
            root,
            mirror,
          ],
          { env: { ...process.env, ...(await aptProxyEnvironment()) } },
        );
        await copyFile(entrypoint, path.join(root, 'entrypoint.sh'));
        await copyFile(accounts, path.join(root, 'accounts.sh'));
        await must('chroot', [root, 'sh', '/accounts.sh']);
        for (const name of DROPPED) await rm(path.join(root, name), { recursive: true });
        await importFolder(docker, root, {
          tag: SSH_HOST_IMAGE,
          changes: ['ENTRYPOINT ["sh", "/entrypoint.sh"]'],
        });
      }),
  });
}

/** @param {string} name */
function script(name) {
  return new URL(name, SCRIPTS);
}
