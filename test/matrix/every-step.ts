import { afterAll, afterEach, expect, it } from 'vitest';
import { isWhole, SEED } from './extent.mjs';
import { allFaults, someFaults, titleOf, type Call, type Fault } from './faults.ts';
import { Trial, type Ground } from './ground.ts';

/**
 * What may befall a cluster on a ground, before and after every step of it. After each fault `create`
 * ends well and `destroy` leaves nothing, and after a SIGKILL `destroy` does so also by itself.
 */
export async function everyStep(title: string, ground: Ground, close: () => Promise<void>) {
  const trial = await Trial.on(ground);
  const steps = await trial.steps();

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await trial.cleanUp();
  });
  afterAll(async () => {
    await trial.close();
    await close();
  });

  it.each(pairs(faultsOf('run', steps.run), faultsOf('undo', steps.undo)))(
    `${title}: %s, %s`,
    async (_, __, making, removing) => {
      const { exitCode } = await trial.meet(making, onFailure(making));
      if (making.kind === 'SIGKILL') {
        await trial.leavesNothing();
        await trial.meet(making);
      } else if (exitCode !== 0 && onFailure(making) === 'rollback') {
        await trial.isAsBefore();
      }
      await trial.becomesHealthy();
      if (removing) {
        await trial.meet(removing);
        await trial.becomesHealthy();
      }
      await trial.leavesNothing();
    },
  );
}

function faultsOf(call: Call, steps: readonly string[]): Fault[] {
  return isWhole ? allFaults(call, steps) : someFaults(call, steps, SEED);
}

/** One cluster meets two faults: while it is made, and while it is removed. */
function pairs(making: readonly Fault[], removing: readonly Fault[]) {
  // No step is taken back that was not taken.
  expect(making.length).toBeGreaterThanOrEqual(removing.length);
  return making.map((made, index) => {
    const removed = removing[index];
    return [titleOf(made), removed ? titleOf(removed) : 'nothing more', made, removed] as const;
  });
}

/** Of each step both are tried. */
function onFailure({ when, kind }: Fault): 'keep' | 'rollback' {
  return (when === 'before') === (kind === 'error') ? 'rollback' : 'keep';
}
