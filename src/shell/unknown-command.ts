import { SwarmctlError } from '../errors.ts';
import { elsewhere } from '../guidance/elsewhere.ts';
import { closest } from '../util/closest.ts';

/**
 * The error of a command line that names no command, with the one that may have been meant; undefined
 * when it does name one. `ids` are oclif's: `lock:ls` in a topic.
 */
export function unknownCommand(
  argv: readonly string[],
  ids: readonly string[],
): SwarmctlError | undefined {
  const commands = ids.map((id) => id.replaceAll(':', ' '));
  const typed = argv.slice(0, firstFlag(argv));
  if (typed.some((_, index) => commands.includes(typed.slice(0, index + 1).join(' ')))) {
    return undefined;
  }
  const isTopic = (word: string) => commands.some((command) => command.startsWith(`${word} `));
  const [first, second] = typed;
  if (first === undefined) {
    return usage(`there is no flag ${argv[0] ?? ''} before a command`, '--help');
  }
  const inTopic = isTopic(first) && second !== undefined;
  const unknown = inTopic ? `${first} ${second}` : first;
  const known = inTopic ? undefined : knownElsewhere(first, commands);
  if (known !== undefined) return usage(`there is no command ${first}: here it is ${known}`, known);
  const near = inTopic ? [] : [...commands, ...commands.map(topicOf).filter(isTopic)];
  const meant = closest(typed.slice(0, 2).join(' '), commands) ?? closest(first, near);
  if (meant !== undefined) {
    return usage(`there is no command ${unknown}; did you mean ${meant}?`, meant);
  }
  return usage(`there is no command ${unknown}`, inTopic ? first : '');
}

function firstFlag(argv: readonly string[]): number {
  const at = argv.findIndex((word) => word.startsWith('-'));
  return at < 0 ? argv.length : at;
}

function topicOf(command: string): string {
  return command.split(' ')[0] ?? '';
}

/** What another tool's command is called here, when we have it. */
function knownElsewhere(word: string, commands: readonly string[]): string | undefined {
  const ours = Object.hasOwn(elsewhere, word) ? elsewhere[word] : undefined;
  return ours !== undefined && (ours.startsWith('--') || commands.includes(ours))
    ? ours
    : undefined;
}

function usage(sentence: string, command: string): SwarmctlError {
  const help = command.startsWith('--') ? command : `${command} --help`.trimStart();
  return new SwarmctlError('USAGE', sentence, { suggestions: [`swarmctl ${help}`] });
}
