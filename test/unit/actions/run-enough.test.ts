import { describe, expect, it } from 'vitest';
import { runEnough } from '../../../src/actions/run-enough.ts';
import { SwarmctlError } from '../../../src/errors.ts';
import type { Step } from '../../../src/plan/step.ts';
import { Journal } from '../../../src/state/journal.ts';
import { calm } from '../support/cluster.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { worldOf } from '../support/world.ts';

/** Runs a plan of one step for each host, of which some fail, and a manager that is last. */
async function run(failing: readonly string[], minNodes: number | undefined) {
  const { world } = await worldOf({ nodes: 3 });
  const journal = new Journal(`${await temporaryFolder()}/journal`);
  await journal.open();
  const ran: string[] = [];
  const step = (host: string, id: string): Step => ({
    id,
    title: id,
    host,
    isDone: () => Promise.resolve(ran.includes(id)),
    run: async () => {
      if (failing.includes(host)) return Promise.reject(new Error('no room'));
      ran.push(id);
      return Promise.resolve();
    },
  });
  const nodes = ['demo-1', 'demo-2', 'demo-3'];
  const manager = { ...step('demo-m', 'manager'), after: nodes };
  const lanes = [
    ...nodes.map((host) => ({ title: host, steps: [step(host, host)] })),
    { title: 'manager', steps: [manager] },
  ];
  const outcome = runEnough(
    [{ title: 'Hosts', lanes }],
    { ...world, minNodes },
    {
      journal,
      concurrency: 4,
      signal: calm,
      progress: { tell: () => undefined, end: () => Promise.resolve() },
    },
  );
  return { outcome, ran };
}

describe('a plan of which some nodes fail', () => {
  it('fails when all are wanted, or too few are left', async () => {
    for (const minNodes of [undefined, 3]) {
      const { outcome, ran } = await run(['demo-2'], minNodes);
      await expect(outcome).rejects.toThrow('demo-2: could not demo-2: no room');
      expect(ran).not.toContain('manager');
    }
  });

  it('goes on without those that fail where the others are enough', async () => {
    const { outcome, ran } = await run(['demo-1', 'demo-3'], 1);
    expect([...(await outcome).missing.keys()].sort()).toEqual(['demo-1', 'demo-3']);
    expect(ran).toEqual(['demo-2', 'manager']);
  });

  it('never does without the master', async () => {
    const { outcome } = await run(['demo-m'], 1);
    await expect(outcome).rejects.toThrow('demo-m: could not manager: no room');
  });

  it('tells the failures of several one by one', async () => {
    const { outcome } = await run(['demo-1', 'demo-2'], 2);
    await expect(outcome).rejects.toSatisfy((error: unknown) => error instanceof SwarmctlError);
    await expect(outcome).rejects.toThrow(/demo-1: .*\ndemo-2: /);
  });
});
