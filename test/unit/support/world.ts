import path from 'node:path';
import type { ActionContext } from '../../../src/actions/context.ts';
import { openWorld } from '../../../src/actions/open-world.ts';
import type { StepContext } from '../../../src/plan/step.ts';
import type { ImageArchive } from '../../../src/images/archive.ts';
import { StateHome } from '../../../src/state/home.ts';
import { calm, recordOf, type SpecChanges } from './cluster.ts';
import { fakeEngine, type Routes } from './fake-engine.ts';
import { temporaryFolder } from './temporary-folder.ts';

/**
 * The world of the steps of a cluster that has just been laid out, on an engine that answers so, with
 * these image archives.
 */
export async function worldOf(
  changes: SpecChanges,
  routes: Routes = {},
  archives: readonly ImageArchive[] = [],
) {
  const outer = await fakeEngine(routes);
  const userHome = await temporaryFolder();
  const home = new StateHome(path.join(userHome, '.swarmctl'));
  const context: ActionContext = {
    home,
    env: {},
    userHome,
    signal: calm,
    remaining: () => 1000,
    progress: { tell: () => undefined, end: () => Promise.resolve() },
    warn: () => undefined,
    note: () => undefined,
    interactive: false,
    lookAt: { urls: [], ssh: { keyFile: null, strict: 'accept-new' } },
  };
  const record = recordOf(changes);
  const world = await openWorld(record, context, { outer: outer.engine, archives });
  return { world, record, outer };
}

/** What a step is given when nobody listens. */
export const quiet: StepContext = { signal: calm, report: () => undefined };
