import type { ListrDefaultRendererLogLevels, ListrTaskWrapper } from 'listr2';
import type { Progress, ProgressEvent } from '../plan/progress.ts';
import type { Lane, Plan, Stage } from '../plan/step.ts';
import { sayDuration } from '../util/duration.ts';

/** A promise to be settled from outside. */
class Deferred {
  resolve: () => void = () => undefined;
  reject: (error: unknown) => void = () => undefined;
  readonly promise = new Promise<void>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });

  constructor() {
    this.promise.catch(() => undefined);
  }
}

type Task = ListrTaskWrapper<unknown, never, never>;

/**
 * A live view: stages as tasks, lanes as their subtasks. The plan runs by itself and listr2
 * follows it, so that what is done never depends on how it is shown.
 */
export function terminalProgress(stream: NodeJS.WriteStream): Progress {
  const starts = new Map<object, Deferred>();
  const ends = new Map<object, Deferred>();
  const tasks = new Map<Lane, Task>();
  const titles = new Map<Lane, string>();
  /** A lane may speak before listr2 has made its task. */
  const retitle = (lane: Lane, title: string): void => {
    titles.set(lane, title);
    const task = tasks.get(lane);
    if (task) task.title = title;
  };
  let shown: Promise<unknown> = Promise.resolve();

  /** False for a stage that is not reached because one before it failed. */
  const begun = (stage: Stage): Promise<boolean> =>
    (starts.get(stage)?.promise ?? Promise.resolve()).then(
      () => true,
      () => false,
    );

  const begin = async (plan: Plan): Promise<void> => {
    const { Listr, ListrLogger, ProcessOutput } = await import('listr2');
    const logger = new ListrLogger<ListrDefaultRendererLogLevels>({
      processOutput: new ProcessOutput(stream, stream),
    });
    const list = new Listr(
      plan.map((stage) => ({
        title: stage.title,
        task: async (_context: unknown, parent) => {
          if (!(await begun(stage))) {
            parent.skip();
            return undefined;
          }
          return parent.newListr(
            stage.lanes.map((lane) => ({
              title: lane.title,
              task: async (_inner: unknown, task) => {
                tasks.set(lane, task as unknown as Task);
                retitle(lane, titles.get(lane) ?? lane.title);
                await ends.get(lane)?.promise;
              },
            })),
            { concurrent: true, exitOnError: false, rendererOptions: { collapseSubtasks: false } },
          );
        },
      })),
      {
        exitOnError: true,
        // Our own handlers decide what a signal means; listr2's would end the process.
        registerSignalListeners: false,
        rendererOptions: { logger, collapseErrors: false, showErrorMessage: false },
      },
    );
    await list.run().catch(() => undefined);
  };

  const tell = (event: ProgressEvent): void => {
    switch (event.type) {
      case 'begin':
        for (const item of event.plan.flatMap((stage) => [stage, ...stage.lanes])) {
          starts.set(item, new Deferred());
          ends.set(item, new Deferred());
        }
        shown = begin(event.plan);
        break;
      case 'stage begins':
        starts.get(event.stage)?.resolve();
        break;
      case 'step begins':
        retitle(event.lane, `${event.lane.title}: ${event.step.title}`);
        break;
      case 'step says':
        retitle(event.lane, `${event.lane.title}: ${event.sentence}`);
        break;
      case 'lane done': {
        const end = event.changed ? sayDuration(event.milliseconds) : 'nothing to do';
        retitle(event.lane, `${event.lane.title} (${end})`);
        ends.get(event.lane)?.resolve();
        break;
      }
      case 'lane failed':
        ends.get(event.lane)?.reject(event.error);
        break;
      case 'lane blocked':
        retitle(event.lane, `${event.lane.title}: stopped before "${event.step.title}"`);
        ends.get(event.lane)?.reject(new Error('blocked'));
        break;
      default:
        break;
    }
  };

  return {
    tell,
    async end() {
      // What has not begun after a failure never will.
      for (const deferred of [...starts.values(), ...ends.values()]) {
        deferred.reject(new Error('not begun'));
      }
      await shown;
    },
  };
}
