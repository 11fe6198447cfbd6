import { reasonOf } from '../errors.ts';
import type { Progress, ProgressEvent } from '../plan/progress.ts';
import type { Step } from '../plan/step.ts';
import { sayDuration } from '../util/duration.ts';
import { isWaiting, Seldom } from '../util/still-waiting.ts';

/** Of what steps say, what a log needs. */
export function seldomOfStep(): (step: Step, sentence: string) => boolean {
  const steps = new Map<Step, Seldom>();
  return (step, sentence) => {
    const seldom = steps.get(step) ?? new Seldom();
    steps.set(step, seldom);
    return seldom.isDue(sentence);
  };
}

/** One line per thing that ended, and now and then one per long wait, for logs and pipes. */
export function plainProgress(stream: NodeJS.WritableStream): Progress {
  const isDue = seldomOfStep();
  const line = (event: ProgressEvent): string | undefined => {
    switch (event.type) {
      case 'stage begins':
        return event.stage.title;
      case 'step says':
        return isDue(event.step, event.sentence) && isWaiting(event.sentence)
          ? `  ${event.lane.title}: ${event.sentence}`
          : undefined;
      case 'lane done':
        return `  ${event.lane.title}: ${event.changed ? 'done' : 'nothing to do'} (${sayDuration(event.milliseconds)})`;
      case 'lane failed':
        return `  ${event.lane.title}: failed: ${reasonOf(event.error)}`;
      case 'lane blocked':
        return `  ${event.lane.title}: stopped before "${event.step.title}"`;
      default:
        return undefined;
    }
  };
  return {
    tell(event) {
      const text = line(event);
      if (text !== undefined) stream.write(`${text}\n`);
    },
    end: () => Promise.resolve(),
  };
}
