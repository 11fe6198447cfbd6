import { afterAll, afterEach, describe, it } from 'vitest';
import { isWhole, SEED } from './extent.mjs';
import { allFaults, someFaults, titleOf, type Call, type Fault } from './faults.ts';
import { Trial, type Ground } from './ground.ts';

function faultsOf(call: Call, steps: readonly string[]): Fault[] {
  return isWhole ? allFaults(call, steps) : someFaults(call, steps, SEED);
}

/** What may befall a cluster on a ground, before and after every step of it. */
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

  describe(`${title}: create meets`, () => {
    it.each(faultsOf('run', steps.run).map((fault) => [titleOf(fault), fault] as const))(
      '%s',
      async (_, fault) => {
        await trial.meet(fault, 'keep');
        await trial.becomesHealthy();
        await trial.leavesNothing();
        const ended = await trial.meet(fault, 'rollback');
        if (fault.kind === 'SIGKILL') await trial.leavesNothing();
        else if (ended.exitCode !== 0) await trial.isAsBefore();
        else await trial.leavesNothing();
      },
    );
  });

  describe(`${title}: destroy meets`, () => {
    it.each(faultsOf('undo', steps.undo).map((fault) => [titleOf(fault), fault] as const))(
      '%s',
      async (_, fault) => {
        await trial.becomesHealthy();
        await trial.meet(fault);
        await trial.becomesHealthy();
        await trial.meet(fault);
        await trial.leavesNothing();
      },
    );
  });
}
