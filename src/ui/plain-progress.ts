import { reasonOf } from '../errors.ts';
import type { Progress, ProgressEvent } from '../plan/progress.ts';
import type { Lane } from '../plan/step.ts';
import { sayDuration } from '../util/duration.ts';
import { isWaiting, Seldom } from '../util/still-waiting.ts';

/** Of what lanes say, what a log needs. */
export function seldomOfLane(): (lane: Lane, sentence: string) => boolean {
  const lanes = new Map<Lane, Seldom>();
  return (lane, sentence) => {
    const seldom = lanes.get(lane) ?? new Seldom();
    lanes.set(lane, seldom);
    return seldom.isDue(sentence);
  };
}

/** One line per thing that ended, and now and then one per long wait, for logs and pipes. */
export function plainProgress(stream: NodeJS.WritableStream): Progress {
  const isDue = seldomOfLane();
  const line = (event: ProgressEvent): string | undefined => {
    switch (event.type) {
      case 'stage begins':
        return event.stage.title;
      case 'lane says':
        return isDue(event.lane, event.sentence) && isWaiting(event.sentence)
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
