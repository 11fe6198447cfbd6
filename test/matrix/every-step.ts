import { afterAll, afterEach, describe, it } from 'vitest';
import { faultsOf } from './extent.ts';
import { titleOf } from './faults.ts';
import { Trial, type Ground } from './ground.ts';

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
        await trial.meet(fault);
        await trial.leavesNothing();
        await trial.meet(fault);
        await trial.becomesHealthy();
        await trial.leavesNothing();
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
