import { afterAll, afterEach, describe, it } from 'vitest';
import { isWhole, SEED } from './extent.mjs';
import { allFaults, someFaults, titleOf, type Call } from './faults.ts';
import { Trial, type Ground } from './ground.ts';

type Steps = Readonly<Record<Call, readonly string[]>>;

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

  if (isWhole) everyFault(title, trial, steps);
  else oneFaultForEachStep(title, trial, steps);
}

/** After each fault the same command once, and `destroy` once; of `create`, with and without undo. */
function everyFault(title: string, trial: Trial, steps: Steps): void {
  describe(`${title}: create meets`, () => {
    it.each(allFaults('run', steps.run).map((fault) => [titleOf(fault), fault] as const))(
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
    it.each(allFaults('undo', steps.undo).map((fault) => [titleOf(fault), fault] as const))(
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

/** One cluster meets two faults: while it is made, and while it is removed. */
function oneFaultForEachStep(title: string, trial: Trial, steps: Steps): void {
  const making = someFaults('run', steps.run, SEED);
  const removing = someFaults('undo', steps.undo, SEED);
  const cases = Array.from({ length: Math.max(making.length, removing.length) }, (_, index) => {
    const made = making[index % making.length];
    const removed = removing[index % removing.length];
    if (made === undefined || removed === undefined) throw new Error('there are no steps');
    const onFailure = index % 2 === SEED % 2 ? ('keep' as const) : ('rollback' as const);
    return [titleOf(made), onFailure, titleOf(removed), made, removed] as const;
  });

  it.each(cases)(`${title}: %s (%s), %s`, async (_, onFailure, __, made, removed) => {
    await trial.meet(made, onFailure);
    await trial.becomesHealthy();
    await trial.meet(removed);
    await trial.leavesNothing();
  });
}
