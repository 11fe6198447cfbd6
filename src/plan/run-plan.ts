import { SwarmctlError, reasonOf } from '../errors.ts';
import type { Journal } from '../state/journal.ts';
import { gate } from '../util/concurrency.ts';
import type { Progress } from './progress.ts';
import { insisting } from './insisting.ts';
import { stepsOf, type Lane, type Plan, type Stage, type Step } from './step.ts';

interface Run {
  readonly journal: Journal;
  readonly progress: Progress;
  /** Steps that may run at the same time. */
  readonly concurrency: number;
  readonly signal: AbortSignal;
}

/**
 * Runs every step that is not done yet and returns the IDs of those that changed something.
 * When a lane fails, the other lanes of its stage still end, as far as they do not build on it, and
 * all failures are thrown together.
 */
export async function runPlan(plan: Plan, run: Run): Promise<string[]> {
  const changed: string[] = [];
  run.progress.tell({ type: 'begin', plan, does: 'run' });
  try {
    for (const stage of plan) {
      await runStage(
        stage,
        run,
        ({ after }) => after,
        async (lane, step, say) => {
          const madeChange = await takeStep(step.host ?? lane.title, step, run, say);
          if (madeChange) changed.push(step.id);
          return madeChange;
        },
      );
    }
  } finally {
    await run.progress.end();
  }
  return changed;
}

/**
 * Takes back every step, the last first, whatever the journal knows of it: undoing what was never
 * done does nothing. Steps within another go with that one.
 */
export async function undoPlan(plan: Plan, run: Run): Promise<void> {
  const reversed = plan
    .map((stage) => ({
      title: stage.title,
      lanes: stage.lanes.flatMap((lane) => {
        const steps = lane.steps.filter((step) => step.undo && step.within === undefined);
        return steps.length === 0 ? [] : [{ title: lane.title, steps: [...steps].reverse() }];
      }),
    }))
    .filter((stage) => stage.lanes.length > 0)
    .reverse();
  run.progress.tell({ type: 'begin', plan: reversed, does: 'undo' });
  try {
    for (const stage of reversed) {
      await runStage(stage, run, buildingOn(stage), async (lane, step, say) => {
        const attempts = {
          doing: `undo "${step.title}"`,
          host: step.host,
          signal: run.signal,
          say,
        };
        await run.journal.note(step, 'undoing');
        try {
          await insisting(attempts, async () => step.undo?.(run.signal));
        } catch (error) {
          run.signal.throwIfAborted();
          // What could not be taken back stays known, until it is.
          await run.journal.note(step, 'stuck', reasonOf(error)).catch(() => undefined);
          throw stepError(step.host ?? lane.title, step, `undo "${step.title}"`, error);
        }
        await run.journal.note(step, 'undone');
        return true;
      });
    }
  } finally {
    await run.progress.end();
  }
}

/** The IDs of the steps that must be taken back before a step is: those that came after it. */
function buildingOn({ lanes }: Stage): (step: Step) => string[] {
  const steps = lanes.flatMap((lane) => lane.steps);
  return ({ id }) => steps.filter(({ after }) => after?.includes(id)).map((step) => step.id);
}

/** Handles one step and tells whether it changed something. */
type Act = (lane: Lane, step: Step, say: (sentence: string) => void) => Promise<boolean>;

async function runStage(
  stage: Stage,
  run: Run,
  waitsFor: (step: Step) => readonly string[] | undefined,
  act: Act,
): Promise<void> {
  const { progress, signal } = run;
  const stageBegun = Date.now();
  progress.tell({ type: 'stage begins', stage });
  const enter = gate(run.concurrency);
  const ends = new Ends(stage);
  const outcomes = await Promise.allSettled(
    stage.lanes.map(async (lane) => {
      const begun = Date.now();
      let changed = false;
      progress.tell({ type: 'lane begins', stage, lane });
      try {
        for (const step of lane.steps) {
          if (!(await ends.reached(waitsFor(step)))) {
            progress.tell({ type: 'lane blocked', lane, step });
            return;
          }
          const madeChange = await enter(async () => {
            signal.throwIfAborted();
            return told(progress, lane, step, act);
          });
          changed ||= madeChange;
          ends.reach(step);
        }
        progress.tell({ type: 'lane done', lane, changed, milliseconds: Date.now() - begun });
      } catch (error) {
        progress.tell({ type: 'lane failed', lane, error });
        throw error;
      } finally {
        ends.give(lane);
      }
    }),
  );
  const failures = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
  );
  const well = failures.length === 0 && !signal.aborted;
  progress.tell({ type: 'stage ends', stage, well, milliseconds: Date.now() - stageBegun });
  signal.throwIfAborted();
  if (failures.length > 0) throw together(failures);
}

/** Handles a step, and tells how it goes. */
async function told(progress: Progress, lane: Lane, step: Step, act: Act): Promise<boolean> {
  const begun = Date.now();
  progress.tell({ type: 'step begins', lane, step });
  try {
    const changed = await act(lane, step, (sentence) => {
      progress.tell({ type: 'step says', lane, step, sentence });
    });
    progress.tell({ type: 'step done', lane, step, changed, milliseconds: Date.now() - begun });
    return changed;
  } catch (error) {
    progress.tell({ type: 'step failed', lane, step, error, milliseconds: Date.now() - begun });
    throw error;
  }
}

/** Which steps of a stage have ended well, for those that wait for them. */
class Ends {
  readonly #ends = new Map<string, { promise: Promise<boolean>; tell: (well: boolean) => void }>();

  constructor(stage: Stage) {
    for (const { id } of stage.lanes.flatMap(({ steps }) => steps)) {
      let tell: (well: boolean) => void = () => undefined;
      const promise = new Promise<boolean>((resolve) => (tell = resolve));
      this.#ends.set(id, { promise, tell });
    }
  }

  /** Resolves when all have ended, with whether all ended well. Steps of other stages have. */
  async reached(ids: readonly string[] = []): Promise<boolean> {
    const ended = await Promise.all(
      ids.map((id) => this.#ends.get(id)?.promise ?? Promise.resolve(true)),
    );
    return ended.every(Boolean);
  }

  reach(step: Step): void {
    this.#ends.get(step.id)?.tell(true);
  }

  /** What a lane that has ended did not reach, it never will. */
  give(lane: Lane): void {
    for (const { id } of lane.steps) this.#ends.get(id)?.tell(false);
  }
}

/**
 * Takes one step, journalled, unless it is done; tells whether it had to change something. A
 * failure says that it was at `where`.
 */
export async function takeStep(
  where: string,
  step: Step,
  { signal, journal }: Pick<Run, 'signal'> & { readonly journal: Pick<Journal, 'note'> },
  say: (sentence: string) => void = () => undefined,
): Promise<boolean> {
  // Set by an attempt, below.
  let begun = false as boolean;
  const attempts = { doing: `"${step.title}"`, host: step.host, signal, say };
  try {
    await insisting(attempts, async (report) => {
      // Asked before every attempt: one that failed may have taken effect.
      if (!step.isDone) await step.run({ signal, report });
      else if (!(await step.isDone(signal))) {
        if (!begun) await journal.note(step, 'begun');
        begun = true;
        await step.run({ signal, report });
      }
    });
    if (begun) await journal.note(step, 'done');
    return begun;
  } catch (error) {
    signal.throwIfAborted();
    // A note that cannot be written (a full disk, say) must not hide why the step failed.
    if (begun || !step.isDone) {
      await journal.note(step, 'failed', reasonOf(error)).catch(() => undefined);
    }
    throw stepError(where, step, step.title, error);
  }
}

function stepError(where: string, step: Step, doing: string, error: unknown): SwarmctlError {
  const known = error instanceof SwarmctlError ? error : undefined;
  return new SwarmctlError(
    known?.code ?? 'STEP_FAILED',
    `${where}: could not ${doing}: ${reasonOf(error)}`,
    {
      host: step.host,
      step: step.id,
      suggestions: known?.suggestions ?? [],
      cause: error,
    },
  );
}

function together(failures: readonly unknown[]): unknown {
  if (failures.length === 1) return failures[0];
  const errors = failures.filter((failure) => failure instanceof SwarmctlError);
  return new SwarmctlError(errors[0]?.code ?? 'STEP_FAILED', failures.map(reasonOf).join('\n'), {
    suggestions: [...new Set(errors.flatMap((error) => error.suggestions))],
    cause: new AggregateError(failures),
  });
}

/** The IDs of steps that the journal says were begun and that no undo has taken back. */
export function leftInPlace(plan: Plan, journal: ReadonlyMap<string, string>): Step[] {
  return stepsOf(plan).filter(({ id, isDone }) => {
    const state = journal.get(id);
    return isDone && state !== undefined && state !== 'undone';
  });
}
