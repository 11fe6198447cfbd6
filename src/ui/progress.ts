import { reasonOf } from '../errors.ts';
import type { Progress, ProgressEvent } from '../plan/progress.ts';
import { plainProgress, seldomOfStep } from './plain-progress.ts';
import { isLive } from './terminal.ts';
import { terminalProgress } from './terminal-progress.ts';

interface Log {
  write(sentence: string): void;
}

interface Shown {
  /** Whether nothing of it is for a person. */
  readonly silent: boolean;
  readonly log: Log;
  /** The view for programs, where one reads along. */
  readonly events?: Progress | undefined;
}

/** How progress is shown here: a live view on a terminal, plain lines elsewhere, or not at all. */
export function createProgress({ silent, log, events }: Shown): Progress {
  const view = isLive() ? terminalProgress(process.stderr) : plainProgress(process.stderr);
  const views = [...(silent ? [] : [view]), ...(events ? [events] : []), loggedProgress(log)];
  return {
    tell(event) {
      for (const each of views) each.tell(event);
    },
    async end() {
      await Promise.all(views.map((each) => each.end()));
    },
  };
}

/** The same story for the debug log. */
function loggedProgress(log: Log): Progress {
  const isDue = seldomOfStep();
  const line = (event: ProgressEvent): string | undefined => {
    switch (event.type) {
      case 'stage begins':
        return `stage: ${event.stage.title}`;
      case 'step begins':
        return `${event.lane.title}: ${event.step.title}`;
      case 'step says':
        return isDue(event.step, event.sentence)
          ? `${event.lane.title}: ${event.sentence}`
          : undefined;
      case 'lane done':
        return `${event.lane.title}: done after ${String(event.milliseconds)} ms`;
      case 'lane failed':
        return `${event.lane.title}: failed: ${reasonOf(event.error)}`;
      default:
        return undefined;
    }
  };
  return {
    tell(event) {
      const text = line(event);
      if (text !== undefined) log.write(text);
    },
    end: () => Promise.resolve(),
  };
}
