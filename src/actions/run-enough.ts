import { nodesOf } from '../cluster/record.ts';
import { SwarmctlError, failuresOf, reasonOf } from '../errors.ts';
import { runPlan } from '../plan/run-plan.ts';
import { filterPlan, type Plan } from '../plan/step.ts';
import type { World } from '../steps/world.ts';

interface Ran {
  /** IDs of the steps that changed something. */
  readonly changed: string[];
  /** The nodes that the cluster does without for now, each with why. */
  readonly missing: ReadonlyMap<string, string>;
}

/**
 * Runs a plan and, where a smaller cluster will do, again without the nodes that failed. What is not
 * a node's own failure, or leaves too few, is thrown.
 */
export async function runEnough(
  plan: Plan,
  { record, minNodes }: World,
  run: Parameters<typeof runPlan>[1],
): Promise<Ran> {
  const missing = new Map<string, string>();
  const changed: string[] = [];
  const nodes = nodesOf(record).filter(({ master }) => !master);
  for (;;) {
    const rest = filterPlan(plan, ({ host = '' }) => !missing.has(host));
    try {
      changed.push(...(await runPlan(rest, run)));
      return { changed, missing };
    } catch (error) {
      run.signal.throwIfAborted();
      if (minNodes === undefined) throw error;
      for (const failure of failuresOf(error)) {
        const host = failure instanceof SwarmctlError ? failure.host : undefined;
        if (!nodes.some(({ name }) => name === host)) throw error;
        missing.set(host ?? '', reasonOf(failure));
      }
      if (nodesOf(record).length - missing.size < minNodes) throw error;
    }
  }
}
