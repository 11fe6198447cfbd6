import { reasonOf } from '../errors.ts';
import { stepsOf, type Plan, type Step } from './step.ts';

/** A step that has something left to do. */
export interface DueStep {
  readonly id: string;
  readonly title: string;
  /** Null for what concerns no host. */
  readonly host: string | null;
  /** What it consists of, a sentence each. */
  readonly details: readonly string[];
}

/** The steps of a plan that are not done yet, in its order. Nothing is changed by asking. */
export async function explainPlan(plan: Plan, signal: AbortSignal): Promise<DueStep[]> {
  const due = new Map<Step, boolean>();
  const steps = stepsOf(plan).filter((step) => step.isDone !== undefined);
  const hosts = [...new Set(steps.map(({ host }) => host))];
  await Promise.all(
    hosts.map(async (host) => {
      const ofHost = steps.filter((step) => step.host === host);
      // In order: what is not there yet cannot be asked about what would be in it.
      for (const step of ofHost) due.set(step, await isDue(step, ofHost, due, signal));
    }),
  );
  return Promise.all(
    steps
      .filter((step) => due.get(step))
      .map(async (step) => ({
        id: step.id,
        title: step.title,
        host: step.host ?? null,
        details: await detailsOf(step, signal),
      })),
  );
}

async function isDue(
  step: Step,
  ofHost: readonly Step[],
  due: ReadonlyMap<Step, boolean>,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    return !(await step.isDone?.(signal));
  } catch (error) {
    signal.throwIfAborted();
    if (ofHost.some((other) => due.get(other))) return step.corrects !== true;
    throw error;
  }
}

async function detailsOf(step: Step, signal: AbortSignal): Promise<readonly string[]> {
  try {
    return (await step.explain?.()) ?? [];
  } catch (error) {
    signal.throwIfAborted();
    return [`cannot be said yet: ${reasonOf(error)}`];
  }
}
