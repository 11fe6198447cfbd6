import { describe, it } from 'vitest';
import { KILLS, SEED } from './extent.mjs';
import { randomFrom } from './faults.ts';
import type { Trial } from './ground.ts';

/** Kills `create` at random moments of the time that it takes; then it is finished, or not. */
export function randomKills(title: string, trial: Trial, milliseconds: number): void {
  const random = randomFrom(SEED);
  const moments = Array.from({ length: KILLS }, () => Math.round(random() * milliseconds));

  describe(`${title}: a create is killed`, () => {
    it.each(moments.map((moment, index) => [moment, index % 2 === 0] as const))(
      'after %i ms; then create: %s',
      async (moment, finishes) => {
        await trial.isKilledAfter(moment);
        if (finishes) await trial.becomesHealthy();
        await trial.leavesNothing();
      },
    );
  });
}
