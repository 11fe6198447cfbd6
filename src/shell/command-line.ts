import { SwarmctlError } from '../errors.ts';

/**
 * What stands before `--` and after it. oclif takes the two for one list, and flags of the command
 * that is to be run for our own.
 */
export function splitAtDashes(argv: readonly string[]): { own: string[]; command: string[] } {
  const at = argv.indexOf('--');
  return at < 0
    ? { own: [...argv], command: [] }
    : { own: argv.slice(0, at), command: argv.slice(at + 1) };
}

/** Fails when a command was given without `--` before it. */
export function refuseBareCommand(words: readonly string[], usage: string): void {
  if (words.length === 0) return;
  throw new SwarmctlError('USAGE', `"${words.join(' ')}": put -- before the command`, {
    suggestions: [usage],
  });
}
