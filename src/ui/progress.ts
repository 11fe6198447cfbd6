import { reasonOf } from '../errors.ts';
import type { Progress, ProgressEvent } from '../plan/progress.ts';
import { plainProgress, seldomOfLane } from './plain-progress.ts';
import { terminalProgress } from './terminal-progress.ts';

interface Log {
  write(sentence: string): void;
}

/** How progress is shown here: a live view on a terminal, plain lines elsewhere, or not at all. */
export function createProgress({ silent, log }: { silent: boolean; log: Log }): Progress {
  // CI systems often have a pseudo-terminal, in which a live view turns into noise.
  const live = process.stderr.isTTY && !process.env.CI && process.env.TERM !== 'dumb';
  const view = live ? terminalProgress(process.stderr) : plainProgress(process.stderr);
  const views = silent ? [loggedProgress(log)] : [view, loggedProgress(log)];
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
  const isDue = seldomOfLane();
  const line = (event: ProgressEvent): string | undefined => {
    switch (event.type) {
      case 'stage begins':
        return `stage: ${event.stage.title}`;
      case 'lane says':
        return isDue(event.lane, event.sentence)
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
