import path from 'node:path';
import type { ActionContext } from '../../../src/actions/context.ts';
import { StateHome } from '../../../src/state/home.ts';
import { calm } from '../support/cluster.ts';
import { fakeEngine, type Routes } from '../support/fake-engine.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const nothing: Routes = {
  'GET /version': { json: { Version: '28.5.2', ApiVersion: '1.51' } },
  'GET /info': { json: { OSType: 'linux' } },
  'GET /containers/json': { json: [] },
  'GET /volumes': { json: { Volumes: [] } },
  'GET /networks': { json: [] },
};

/** A person's machine: a home, and an engine that holds nothing unless told otherwise. */
export async function machine(routes: Routes = {}) {
  const userHome = await temporaryFolder();
  const home = new StateHome(path.join(userHome, '.swarmctl'));
  const outer = await fakeEngine({ ...nothing, ...routes });
  const warnings: string[] = [];
  const context: ActionContext = {
    home,
    env: { DOCKER_HOST: `unix://${outer.socket}` },
    userHome,
    signal: calm,
    remaining: () => 1000,
    progress: { tell: () => undefined, end: () => Promise.resolve() },
    warn: (sentence) => void warnings.push(sentence),
    note: () => undefined,
    interactive: false,
    lookAt: { urls: [], ssh: { keyFile: null, strict: 'accept-new' } },
  };
  return { userHome, home, outer, warnings, context };
}
