import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { must } from '../sandbox/exec.mjs';
import { ROOT } from '../sandbox/project.mjs';
import { fillRegistry, startRegistry } from '../sandbox/registry.mjs';
import { sshHostImage } from '../sandbox/ssh-host-image.mjs';
import { SshHosts } from '../sandbox/ssh-host.mjs';
import { time, report } from './measure.mjs';
import { compare } from './pairs.mjs';

const EXECUTABLE = path.join(ROOT, 'bin/run.js');
const BASELINE = path.join(import.meta.dirname, 'ssh-baseline.sh');

/**
 * `create` on four servers with Docker, whose engines pull from a registry next to them. Between two
 * runs a server has lost everything of the one before, its images as well.
 *
 * @param {Pick<import('../sandbox/sandbox.mjs').Sandbox,
 *   'docker' | 'folder' | 'images' | 'swarmArchive'>} sandbox
 * @param {{ home: string, runs: number }} options `home`: a folder for everything there is.
 */
export async function benchSshCluster({ docker, folder, images, swarmArchive }, { home, runs }) {
  await sshHostImage(docker, folder);
  const key = path.join(home, 'key');
  await must('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  const publicKey = (await readFile(`${key}.pub`, 'utf8')).trim();
  const servers = new SshHosts(docker);
  await servers.open();
  /** @type {import('../sandbox/registry.mjs').Registry | undefined} */
  let registry;
  try {
    const hosts = await Promise.all([1, 2, 3, 4].map(() => servers.start({ publicKey })));
    const stored = path.join(home, 'registry');
    await mkdir(stored);
    if (swarmArchive !== undefined) await docker(['load', '--input', swarmArchive]);
    await fillRegistry(docker, stored, [
      { image: images.etcd, as: 'etcd:bench' },
      { image: swarmArchive === undefined ? images.swarm : 'swarm:1.2.9', as: 'swarm:1.2.9' },
    ]);
    registry = await startRegistry({ folder: stored, address: await gateway(docker, hosts) });
    const { ours, theirs } = sides({ home, key, hosts, registry: registry.name });
    const compared = await compare(runs, ours, theirs);
    report('swarmctl create, 4 over SSH', 'shell script', compared, 1.15);
  } finally {
    await registry?.kill();
    await servers.close();
  }
}

/**
 * @param {{
 *   home: string,
 *   key: string,
 *   hosts: import('../sandbox/ssh-host.mjs').SshHost[],
 *   registry: string,
 * }} place
 */
function sides({ home, key, hosts, registry }) {
  const [swarm, etcd] = [`${registry}/swarm:1.2.9`, `${registry}/etcd:bench`];
  // Nothing is taken from an engine on this machine.
  const env = { ...process.env, HOME: home, SWARMCTL_HOME: home, DOCKER_HOST: 'unix:///nowhere' };
  const swarmctl = (/** @type {string[]} */ ...args) =>
    time(process.execPath, [EXECUTABLE, ...args], env);
  const byHand = {
    ...env,
    HOSTS: hosts.map(({ address }) => address).join(' '),
    SSH_KEY: key,
    REGISTRY: registry,
    SWARM_IMAGE: swarm,
    ETCD_IMAGE: etcd,
  };
  const script = (/** @type {string} */ action) =>
    time('bash', [BASELINE, action, path.join(home, 'by-hand')], byHand);
  return {
    ours: async () => {
      await requireClean(hosts);
      const taken = await swarmctl(
        ...['create', 'bench-ssh', '--discovery', 'etcd', '--quiet', '--ssh-key', key],
        ...hosts.flatMap(({ address }) => ['--host', `ssh://root@${address}`]),
        ...['--engine-insecure-registry', registry, '--swarm-image', swarm, '--etcd-image', etcd],
      );
      await swarmctl('destroy', 'bench-ssh', '--yes', '--quiet');
      return taken;
    },
    theirs: async () => {
      await requireClean(hosts);
      const taken = await script('up');
      await script('down');
      return taken;
    },
  };
}

/** @param {import('../sandbox/ssh-host.mjs').SshHost[]} hosts */
async function requireClean(hosts) {
  for (const { name, exec } of hosts) {
    const left = await exec('sh', '-c', 'docker ps -aq; docker images -q; docker volume ls -q');
    if (left !== '') throw new Error(`${name} still has something of the run before:\n${left}`);
  }
  // What the run before wrote is no burden to this one.
  await must('sync', []);
}

/**
 * The address of this machine by which the servers reach it.
 *
 * @param {import('../sandbox/docker.mjs').Docker} docker
 * @param {import('../sandbox/ssh-host.mjs').SshHost[]} hosts
 */
function gateway(docker, [host]) {
  const format = '{{range .NetworkSettings.Networks}}{{.Gateway}}{{end}}';
  return docker(['inspect', '--format', format, host?.name ?? '']);
}
