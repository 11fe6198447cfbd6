import { cacheFolder } from './cache.mjs';
import { engineEnvironment } from './docker.mjs';
import { removeEngine } from './engine.mjs';
import { explain } from './explain.mjs';
import { ensureNodeModules, npmRun } from './project.mjs';
import { quickstartFolder, readState } from './quickstart-state.mjs';
import { bringEngineUp } from './quickstart-up.mjs';
import { say, saying } from './say.mjs';
import { CLUSTER, showMust } from './swarmctl.mjs';
import { Unmet } from './unmet.mjs';

/** Removes the cluster, then all that was set up for it. */
export async function quickstartDown() {
  const folder = quickstartFolder();
  const state = await readState(folder);
  if (state === undefined) {
    say(`There is no sandbox in ${folder}.`);
    return;
  }
  if (state.engine === 'private' && process.getuid?.() !== 0) {
    throw new Unmet('to remove the sandbox takes root: sudo npm run quickstart -- down');
  }
  try {
    if (state.creating) await destroyCluster(folder, state);
  } catch (error) {
    // With its private engine the cluster goes in any case.
    if (state.engine === 'own') throw error;
    say(`\nThe cluster could not be destroyed properly: ${explain(error)}`);
  }
  await saying(`removing ${folder}`, () => removeEngine(folder));
  if (state.engine === 'own' && state.images) {
    say(`Kept in your Docker Engine: ${state.images.made.join(', ')}`);
  }
  say(`Kept, so that the next time is quicker: ${cacheFolder()}`);
}

/**
 * @param {string} folder
 * @param {import('./quickstart-state.mjs').State} state
 */
async function destroyCluster(folder, state) {
  const endpoint = await bringEngineUp(folder, state);
  await saying('packages of npm', ensureNodeModules);
  await saying('building swarmctl', () => npmRun('build'));
  await showMust('swarmctl', ['destroy', CLUSTER, '--yes'], engineEnvironment(endpoint));
}
