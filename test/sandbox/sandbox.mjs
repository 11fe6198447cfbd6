import { mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { composePlugin } from './compose-plugin.mjs';
import { dockerAt } from './docker.mjs';
import { endpointOf, removeEngine, startEngine } from './engine.mjs';
import { ETCD35_IMAGE, ETCD_IMAGE, etcd35Image, etcdImage } from './etcd-image.mjs';
import { interruptCommands, resumeCommands } from './exec.mjs';
import { NODE_IMAGE, nodeImage } from './node-image.mjs';
import { FOR_ENGINE, FOR_IMAGES, ensureCommands } from './packages.mjs';
import { saying } from './say.mjs';
import { setting } from './setting.mjs';
import { SLEEPER_IMAGE, sleeperImage } from './sleeper-image.mjs';
import { swarmArchive } from './swarm-archive.mjs';
import { STAND_IN_IMAGE, standInImage } from './swarm-stand-in.mjs';
import { Unmet } from './unmet.mjs';
import { ZOOKEEPER_IMAGE, zookeeperImage } from './zookeeper-image.mjs';

/** Not /tmp, which may be held in memory and forbid the device files that images consist of. */
const PARENT = setting('TMPDIR') ?? '/var/tmp';
const PREFIX = 'swarmctl-test-';

const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * @typedef {object} Sandbox A private engine that holds every image tests need.
 * @property {string} folder Everything is kept below, and goes with it.
 * @property {string} endpoint For DOCKER_HOST.
 * @property {import('./docker.mjs').Docker} docker
 * @property {{ node: string, etcd: string, swarm: string, sleeper: string }} images
 * @property {string} sleeperArchive
 * @property {string | undefined} swarmArchive Of the real image, where the person has given it.
 * @property {Record<string, string>} env The same, as tests read it.
 */

/**
 * Brings a sandbox up, gives it to some work and removes it, whatever comes.
 * Needs node_modules.
 *
 * @template T
 * @param {(sandbox: Sandbox) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withSandbox(work) {
  await saying('packages', () => ensureCommands(['docker', ...FOR_ENGINE, ...FOR_IMAGES]));
  const folder = await newSandboxFolder();
  const working = (async () => {
    await saying('private Docker Engine', () => startEngine(folder));
    return work(await saying('images', () => fillSandbox(folder)));
  })();
  const done = new AbortController();
  try {
    return await Promise.race([working, untilSignal(done.signal)]);
  } finally {
    // Nothing may start in there while it is being removed.
    await Promise.race([
      working.catch(() => undefined),
      sleep(10_000, undefined, { signal: done.signal }),
    ]);
    resumeCommands();
    await saying('removing the private Docker Engine', () => removeEngine(folder));
    done.abort();
  }
}

/**
 * Fails as soon as somebody ends this process, and ends the commands that run.
 *
 * @param {AbortSignal} unless
 * @returns {Promise<never>}
 */
function untilSignal(unless) {
  return new Promise((_, reject) => {
    for (const name of SIGNALS) {
      let first = true;
      const end = () => {
        // A terminal sends it to npm as well, which hands it on.
        if (!first) return;
        first = false;
        interruptCommands('SIGTERM');
        reject(new Unmet(`ended by ${name}`));
      };
      process.on(name, end);
      unless.addEventListener('abort', () => process.off(name, end));
    }
  });
}

/** A folder for one run; those of runs that were killed are cleaned up. */
export async function newSandboxFolder() {
  for (const name of await readdir(PARENT)) {
    const folder = path.join(PARENT, name);
    if (name.startsWith(PREFIX) && (await isAbandoned(folder))) await removeEngine(folder);
  }
  const folder = await mkdtemp(path.join(PARENT, PREFIX));
  await writeFile(ownerOf(folder), String(process.pid));
  return folder;
}

/**
 * Loads the images into the engine of a folder.
 *
 * @param {string} folder
 * @param {{ extras?: boolean }} [options]
 *   `extras`: also what only the end-to-end tests use, further stores and compose; takes FOR_TESTS.
 * @returns {Promise<Sandbox>}
 */
export async function fillSandbox(folder, { extras = false } = {}) {
  const endpoint = endpointOf(folder);
  const docker = dockerAt(endpoint);
  const archive = await swarmArchive();
  await saying(`image ${NODE_IMAGE}`, () => nodeImage(docker, folder));
  await saying(`image ${ETCD_IMAGE}`, () => etcdImage(docker, folder));
  await saying(`image ${STAND_IN_IMAGE}`, () => standInImage(docker, folder));
  const sleeper = await saying(`image ${SLEEPER_IMAGE}`, () => sleeperImage(docker, folder));
  /** @type {string | undefined} */
  let compose;
  if (extras) {
    compose = await saying('docker compose', () => composePlugin(folder));
    await saying(`image ${ZOOKEEPER_IMAGE}`, () => zookeeperImage(docker, folder));
    await saying(`image ${ETCD35_IMAGE}`, () => etcd35Image(docker, folder));
  }
  return {
    folder,
    endpoint,
    docker,
    images: {
      node: NODE_IMAGE,
      etcd: ETCD_IMAGE,
      swarm: STAND_IN_IMAGE,
      sleeper: SLEEPER_IMAGE,
    },
    sleeperArchive: sleeper,
    swarmArchive: archive,
    env: {
      SWARMCTL_TEST_SANDBOX: folder,
      SWARMCTL_TEST_ENGINE: endpoint,
      SWARMCTL_TEST_NODE_IMAGE: NODE_IMAGE,
      SWARMCTL_TEST_ETCD_IMAGE: ETCD_IMAGE,
      SWARMCTL_TEST_STANDIN_IMAGE: STAND_IN_IMAGE,
      SWARMCTL_TEST_SLEEPER_IMAGE: SLEEPER_IMAGE,
      SWARMCTL_TEST_SLEEPER_ARCHIVE: sleeper,
      ...(compose !== undefined && {
        SWARMCTL_TEST_COMPOSE_PLUGIN: compose,
        SWARMCTL_TEST_ZOOKEEPER_IMAGE: ZOOKEEPER_IMAGE,
        SWARMCTL_TEST_ETCD35_IMAGE: ETCD35_IMAGE,
      }),
      ...(archive !== undefined && { SWARMCTL_TEST_SWARM_ARCHIVE: archive }),
    },
  };
}

/** @param {string} folder */
function ownerOf(folder) {
  return path.join(folder, 'owner.pid');
}

/** @param {string} folder */
async function isAbandoned(folder) {
  const owner = Number(await readFile(ownerOf(folder), 'utf8').catch(() => ''));
  if (!(owner > 0)) return false;
  try {
    process.kill(owner, 0);
    return false;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH';
  }
}
