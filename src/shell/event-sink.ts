import { openSync, writeFileSync } from 'node:fs';
import { SwarmctlError, reasonOf } from '../errors.ts';

/**
 * Writes lines to stdout or to a file. A reader that goes away, or a full disk, ends the lines and not
 * the work that they tell of.
 */
export function eventSink(
  file: string | undefined,
  onLoss: (reason: string) => void,
): (line: string) => void {
  // What becomes of a stdout that nobody reads is said in cli.ts.
  if (file === undefined) return (line) => void process.stdout.write(line);
  const descriptor = opened(file);
  let lost = false;
  return (line) => {
    if (lost) return;
    try {
      writeFileSync(descriptor, line);
    } catch (error) {
      lost = true;
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') onLoss(reasonOf(error));
    }
  };
}

function opened(file: string): number {
  try {
    return openSync(file, 'w');
  } catch (error) {
    throw new SwarmctlError('USAGE', `--events-file ${file}: ${reasonOf(error)}`, { cause: error });
  }
}
