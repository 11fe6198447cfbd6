import { access } from 'node:fs/promises';
import { ETCD_IMAGE, etcdImage } from './etcd-image.mjs';
import { NODE_IMAGE, nodeImage } from './node-image.mjs';
import { FOR_IMAGES, ensureCommands } from './packages.mjs';
import { say, saying } from './say.mjs';
import { SLEEPER_IMAGE, sleeperImage } from './sleeper-image.mjs';
import { swarmArchive } from './swarm-archive.mjs';
import { STAND_IN_IMAGE, standInImage } from './swarm-stand-in.mjs';

const SWARM_IMAGE = 'swarm:1.2.9';

/** Asked for where Docker Hub is to be tried and swarm is here already. */
const TINY_IMAGE = 'hello-world:latest';

/** Long enough for a few megabytes; nobody wants to wait longer for a registry that is not there. */
const HUB_DEADLINE = 10_000;

/**
 * @typedef {object} Images
 * @property {string[]} flags Of `swarmctl create`.
 * @property {string[]} made Images that were put into the engine.
 * @property {string[]} archives Files the flags name.
 * @property {string} [given] SWARMCTL_SWARM_ARCHIVE
 * @property {boolean} standIn Whether the real swarm could not be had.
 */

/**
 * Gets every image, from where it can be had.
 *
 * @param {import('./docker.mjs').Docker} docker
 * @param {string} folder
 * @returns {Promise<Images>}
 */
export async function getImages(docker, folder) {
  const given = await swarmArchive();
  const haveSwarm = given !== undefined || (await has(docker, SWARM_IMAGE));
  const online = await saying('trying Docker Hub', () =>
    pull(docker, haveSwarm ? TINY_IMAGE : SWARM_IMAGE),
  );
  say(online ? '  Docker Hub answers' : '  Docker Hub does not answer: making the images here');

  const sleeper = await saying(`image ${SLEEPER_IMAGE}`, () => sleeperImage(docker, folder));
  /** @type {Images} */
  const images = {
    flags: [`--image-archive=${sleeper}`],
    made: [SLEEPER_IMAGE],
    archives: [sleeper],
    standIn: !haveSwarm && !online,
    ...(given !== undefined && { given }),
  };
  if (given !== undefined) {
    images.flags.push(`--image-archive=${given}`);
    images.archives.push(given);
  }
  if (!online) await makeHostImages(docker, folder, images);
  if (images.standIn) await makeStandIn(docker, folder, images);
  return images;
}

/**
 * Whether what an earlier run got is still there.
 *
 * @param {import('./docker.mjs').Docker} docker
 * @param {Images} images
 */
export async function stillThere(docker, { made, archives }) {
  const found = await Promise.all([
    ...made.map((image) => has(docker, image)),
    ...archives.map((file) =>
      access(file).then(
        () => true,
        () => false,
      ),
    ),
  ]);
  return found.every(Boolean);
}

/**
 * @param {import('./docker.mjs').Docker} docker
 * @param {string} folder
 * @param {Images} images
 */
async function makeHostImages(docker, folder, images) {
  await ensureCommands(FOR_IMAGES);
  await saying(`image ${NODE_IMAGE}`, () => nodeImage(docker, folder));
  await saying(`image ${ETCD_IMAGE}`, () => etcdImage(docker, folder));
  images.flags.push(`--node-image=${NODE_IMAGE}`, `--etcd-image=${ETCD_IMAGE}`);
  images.made.push(NODE_IMAGE, ETCD_IMAGE);
}

/**
 * @param {import('./docker.mjs').Docker} docker
 * @param {string} folder
 * @param {Images} images
 */
async function makeStandIn(docker, folder, images) {
  await saying(`image ${STAND_IN_IMAGE}`, () => standInImage(docker, folder));
  images.flags.push(`--swarm-image=${STAND_IN_IMAGE}`);
  images.made.push(STAND_IN_IMAGE);
}

/**
 * @param {import('./docker.mjs').Docker} docker
 * @param {string} image
 */
async function has(docker, image) {
  return docker(['image', 'inspect', image]).then(
    () => true,
    () => false,
  );
}

/**
 * @param {import('./docker.mjs').Docker} docker
 * @param {string} image
 */
async function pull(docker, image) {
  return docker(['pull', image], { timeout: HUB_DEADLINE }).then(
    () => true,
    () => false,
  );
}
