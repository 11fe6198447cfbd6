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

/**
 * Fails when a command was given without `--` before it, of which oclif would take the flags for
 * ours. `valued` are our own flags that take a value.
 */
export function refuseBareCommand(
  own: readonly string[],
  valued: readonly string[],
  usage: string,
): void {
  const words = own.filter(
    (word, index) => !word.startsWith('-') && !valued.includes(own[index - 1] ?? ''),
  );
  const second = words[1];
  if (second === undefined) return;
  const command = own.slice(own.lastIndexOf(second)).join(' ');
  throw new SwarmctlError('USAGE', `"${command}": put -- before the command`, {
    suggestions: [usage],
  });
}
