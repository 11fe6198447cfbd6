import { EXIT, SwarmctlError } from '../errors.ts';
import { sayDuration } from '../util/duration.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

interface Interruption {
  readonly signals?: readonly NodeJS.Signals[];
  /** Whether a signal is somebody else's, and does not count. */
  readonly spares?: (signal: NodeJS.Signals) => boolean;
}

/** Aborted by the first signal to end; the second ends the process at once. */
export function interruption({ signals = SIGNALS, spares }: Interruption = {}): AbortSignal {
  const controller = new AbortController();
  for (const name of signals) {
    process.on(name, () => {
      if (spares?.(name)) return;
      if (controller.signal.aborted) process.exit(EXIT.interrupted);
      controller.abort(new SwarmctlError('INTERRUPTED', `interrupted by ${name}`));
    });
  }
  return controller.signal;
}

/** Aborted after so many milliseconds; it does not hold the process. */
export function deadline(milliseconds: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => {
    controller.abort(
      new SwarmctlError('TIMEOUT', `not finished within ${sayDuration(milliseconds)}`, {
        suggestions: ['give it more time with --timeout'],
      }),
    );
  }, milliseconds).unref();
  return controller.signal;
}
