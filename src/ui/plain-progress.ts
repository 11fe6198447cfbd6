import { reasonOf } from '../errors.ts';
import type { Progress, ProgressEvent } from '../plan/progress.ts';
import { sayDuration } from '../util/duration.ts';

/** One line per thing that ended, for logs and pipes. */
export function plainProgress(stream: NodeJS.WritableStream): Progress {
  const line = (event: ProgressEvent): string | undefined => {
    switch (event.type) {
      case 'stage begins':
        return event.stage.title;
      case 'lane says':
        return event.sentence.startsWith('still waiting')
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
