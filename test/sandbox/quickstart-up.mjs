import { existsSync } from 'node:fs';
import { dockerAt, engineEnvironment, findOwnEngine } from './docker.mjs';
import { endpointOf, startEngine } from './engine.mjs';
import { findCommand, must } from './exec.mjs';
import { FOR_ENGINE, ensureCommands } from './packages.mjs';
import { ROOT, ensureNodeModules, npmRun } from './project.mjs';
import { getImages, stillThere } from './quickstart-images.mjs';
import { claimFolder, quickstartFolder, readState, writeState } from './quickstart-state.mjs';
import { say, saying } from './say.mjs';
import { SLEEPER_IMAGE } from './sleeper-image.mjs';
import { swarmArchive } from './swarm-archive.mjs';
import { CLI, CLUSTER, evaluate, show, showMust } from './swarmctl.mjs';
import { Unmet } from './unmet.mjs';

const NODES = 3;
const CONTAINERS = 6;

/** Sets up what is missing, creates a cluster and uses it. */
export async function quickstartUp() {
  if (process.platform !== 'linux') throw new Unmet('the quick start needs Linux');
  const folder = quickstartFolder();
  const state = (await readState(folder)) ?? (await firstState(folder));
  const endpoint = await bringEngineUp(folder, state);
  await saying('packages of npm', ensureNodeModules);
  await saying('building swarmctl', () => npmRun('build'));
  const images = await bringImagesUp(folder, state, dockerAt(endpoint));

  const env = engineEnvironment(endpoint);
  if (endpoint !== undefined) say(`\n$ export DOCKER_HOST=${endpoint}`);
  await writeState(folder, { ...state, images, creating: true });
  const create = ['create', '--discovery', 'etcd', '--nodes', String(NODES), ...images.flags];
  await showMust('swarmctl', [...create, '--yes'], env);
  await showMust('swarmctl', ['status', CLUSTER], env);
  await useCluster(env);
  sayHowToGoOn(endpoint, images.standIn);
}

/** @param {string} folder */
async function firstState(folder) {
  /** @type {import('./quickstart-state.mjs').State} */
  const state = { engine: (await hasOwnEngine()) ? 'own' : 'private' };
  if (state.engine === 'private') requireRoot();
  await claimFolder(folder);
  await writeState(folder, state);
  return state;
}

async function hasOwnEngine() {
  if ((await findCommand('docker')) === undefined) {
    // Installing the CLI may start an engine on Debian, which would then look like the person's.
    if (!process.env.DOCKER_HOST && !existsSync('/var/run/docker.sock')) return false;
    await saying('packages', () => ensureCommands(['docker']));
  }
  return (await findOwnEngine()) !== undefined;
}

/**
 * @param {string} folder
 * @param {import('./quickstart-state.mjs').State} state
 * @returns {Promise<string | undefined>} The endpoint, where it is not the person's own engine.
 */
export async function bringEngineUp(folder, { engine }) {
  if (engine === 'own') {
    const own = await findOwnEngine();
    if (own === undefined)
      throw new Unmet(
        `the Docker Engine of the last time does not answer: start it, or remove ${folder}`,
      );
    say(`- using the Docker Engine at ${own}`);
    return undefined;
  }
  requireRoot();
  await saying('packages of Debian', () => ensureCommands(['docker', ...FOR_ENGINE]));
  await saying(`private Docker Engine in ${folder}`, () => startEngine(folder));
  return endpointOf(folder);
}

function requireRoot() {
  if (process.getuid?.() === 0) return;
  throw new Unmet(
    'No Docker Engine answers, and to start a private one takes root: sudo npm run quickstart',
  );
}

/**
 * The images of the last time, since a cluster may have been made of them; else all anew.
 *
 * @param {string} folder
 * @param {import('./quickstart-state.mjs').State} state
 * @param {import('./docker.mjs').Docker} docker
 */
async function bringImagesUp(folder, { images, creating }, docker) {
  if (images !== undefined && images.given === (await swarmArchive())) {
    if (await stillThere(docker, images)) return images;
  } else if (creating) {
    throw new Unmet(
      'SWARMCTL_SWARM_ARCHIVE has changed since the cluster was made; ' +
        'first remove it: npm run quickstart -- down',
    );
  }
  return getImages(docker, folder);
}

/**
 * Starts containers through the manager, as a person would.
 *
 * @param {NodeJS.ProcessEnv} env
 */
async function useCluster(env) {
  say(`\n$ eval "$(node bin/run.js env ${CLUSTER} --shell bash)"`);
  const lines = await must(process.execPath, [CLI, 'env', CLUSTER, '--shell', 'bash'], { env });
  const swarm = evaluate(env, lines);
  await showMust('docker', ['info'], swarm);

  const there = await must('docker', ['ps', '--all', '--format', '{{.Names}}'], { env: swarm });
  for (let number = 1; number <= CONTAINERS; number += 1) {
    const name = `web-${number}`;
    // Swarm puts the node in front: swarm-node-1/web-1
    if (there.split(/[\n,]/).some((known) => known.endsWith(`/${name}`))) continue;
    const args = ['run', '--detach', '--name', name, SLEEPER_IMAGE, 'sleep', '3600'];
    await showMust('docker', args, swarm);
  }
  const table = String.raw`table {{.Names}}\t{{.Image}}\t{{.Status}}`;
  await show('docker', ['ps', '--format', table], swarm);
}

/**
 * @param {string | undefined} endpoint
 * @param {boolean} standIn
 */
function sayHowToGoOn(endpoint, standIn) {
  if (standIn) {
    say(`
The image swarm:1.2.9 could not be had. What runs here in its place is a stand-in for trying
swarmctl out; it is not Docker Swarm. For the real one give SWARMCTL_SWARM_ARCHIVE the file that
\`docker save swarm:1.2.9\` makes.`);
  }
  say(`
To go on, in ${ROOT}:
${endpoint === undefined ? '' : `  export DOCKER_HOST=${endpoint}\n`}\
  node bin/run.js status
  (eval "$(node bin/run.js env)"; docker ps)
  node bin/run.js --help
To end it:
  npm run quickstart -- down`);
}
