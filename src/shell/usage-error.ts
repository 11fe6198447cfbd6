import { EXIT, SwarmctlError } from '../errors.ts';
import { closest } from '../util/closest.ts';

interface OclifError extends Error {
  readonly oclif?: { readonly exit?: number };
  /** Of flags that do not exist: as they were typed. */
  readonly flags?: readonly string[];
}

/** What is known of the command that was called wrongly. */
interface Called {
  /** As it is typed. */
  readonly command: string;
  /** Names of its flags. */
  readonly flags: readonly string[];
}

/** What oclif says of a wrong command line as an error of ours; anything else as it is. */
export function asUsageError(error: OclifError, { command, flags }: Called): Error {
  if (error instanceof SwarmctlError || error.oclif?.exit !== EXIT.usage) return error;
  return new SwarmctlError('USAGE', sentenceOf(error, command, flags), {
    cause: error,
    suggestions: [`swarmctl ${command} --help`],
  });
}

function sentenceOf(error: OclifError, command: string, flags: readonly string[]): string {
  if (error.flags === undefined) return error.message.replace(/\nSee more help with --help$/, '');
  return error.flags
    .map((typed) => {
      const meant = typed.startsWith('--') ? closest(typed.slice(2), flags) : undefined;
      return `${command} has no flag ${typed}${meant === undefined ? '' : `; did you mean --${meant}?`}`;
    })
    .join('\n');
}
