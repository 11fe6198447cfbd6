/** What a running step is given. */
export interface StepContext {
  readonly signal: AbortSignal;
  /** Tells the person what the step is doing or waiting for. */
  readonly report: (sentence: string) => void;
}

/**
 * One change to a host or to the user's folder, or one question that must be answered before the
 * next change. Steps are made anew from the cluster's record in every process, so they hold no
 * state: what was done is seen by looking.
 */
export interface Step {
  /** Unique in the plan and the same in every process; the journal's key. */
  readonly id: string;
  /** What is done, in the infinitive: `start host`. */
  readonly title: string;
  readonly host?: string;
  /**
   * Whether there is nothing left to do. A step without it changes nothing: it asks or waits,
   * always runs, and is journalled only when it fails.
   */
  readonly isDone?: (signal: AbortSignal) => Promise<boolean>;
  readonly run: (context: StepContext) => Promise<void>;
  /** Whether it only puts right what another spec has left: nothing of that is on a new host. */
  readonly corrects?: true;
  /** Takes the change back, whether it was made whole, in part or not at all. */
  readonly undo?: (signal: AbortSignal) => Promise<void>;
  /** Commands that take it back by hand, on the host or on this machine, where swarmctl cannot. */
  readonly byHand?: () => readonly string[];
  /** What the change consists of, a sentence each, for whoever wants to know before it is made. */
  readonly explain?: () => Promise<readonly string[]>;
  /** IDs of steps in other lanes of the stage that must have ended well before this one begins. */
  readonly after?: readonly string[];
  /** The step whose undo takes this one along, such as the host a container lives in. */
  readonly within?: string;
}

/** Steps that run one after another, beside the other lanes of their stage. */
export interface Lane {
  readonly title: string;
  readonly steps: readonly Step[];
}

/**
 * Lanes that run in parallel, each waiting for the others only where a step says so; the next stage
 * begins when all have ended well.
 */
export interface Stage {
  readonly title: string;
  readonly lanes: readonly Lane[];
}

export type Plan = readonly Stage[];

export function stepsOf(plan: Plan): Step[] {
  return plan.flatMap((stage) => stage.lanes.flatMap((lane) => lane.steps));
}

/** A plan without the steps that are not wanted, and without lanes and stages that have none. */
export function filterPlan(plan: Plan, isWanted: (step: Step) => boolean): Plan {
  return plan.flatMap((stage) => {
    const lanes = stage.lanes.flatMap((lane) => {
      const steps = lane.steps.filter(isWanted);
      return steps.length === 0 ? [] : [{ ...lane, steps }];
    });
    return lanes.length === 0 ? [] : [{ ...stage, lanes }];
  });
}
