import { candidatesFor, type Candidate, type Candidates } from './candidates.ts';
import { meaningOfArgument, meaningOfFlag, meaningOfRest, type Meaning } from './kinds.ts';
import type { CommandDefinition, FlagDefinition, Known } from './known.ts';

const NOTHING: Candidates = { paths: 'none', open: false, all: [] };

/** oclif adds it to every command by itself, and so the manifest has it not. */
const HELP: FlagDefinition = { type: 'boolean', description: 'show help' };

/** What the last of the words may become; the first is the one behind `swarmctl`. */
export function complete(words: readonly string[], known: Known): Candidates {
  const typed = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const found = findCommand(before, known);
  const candidates = found ? ofCommand(found, typed, known) : NOTHING;
  // `config` is a command, and `config validate` another.
  const further = found && found.rest.length > 0 ? [] : nextWords(before, known);
  return { ...candidates, all: [...candidates.all, ...further].filter(begins(typed)) };
}

/** `lo` may become `LOCKED`. */
function begins(typed: string) {
  const start = typed.toLowerCase();
  return ({ value }: Candidate) => value.toLowerCase().startsWith(start);
}

interface Found {
  readonly id: string;
  readonly command: CommandDefinition;
  /** What stands behind the command's name. */
  readonly rest: readonly string[];
}

function findCommand(words: readonly string[], { commands }: Known): Found | undefined {
  for (let length = Math.min(2, words.length); length > 0; length--) {
    const id = words.slice(0, length).join(':');
    const command = Object.hasOwn(commands, id) ? commands[id] : undefined;
    if (command) return { id, command, rest: words.slice(length) };
  }
  return undefined;
}

/** The commands, or those of a topic; a topic is told by what is in it. */
function nextWords(before: readonly string[], { commands }: Known): Candidate[] {
  const start = before.map((word) => `${word}:`).join('');
  const next = new Map<string, string>();
  for (const [id, { summary = '', hidden }] of Object.entries(commands)) {
    if (hidden === true || !id.startsWith(start)) continue;
    const [word = '', inside] = id.slice(start.length).split(':');
    const told = next.get(word);
    next.set(word, inside === undefined ? summary : told ? `${told}, ${inside}` : inside);
  }
  return [...next].map(([value, description]) => ({ value, description }));
}

function ofCommand({ id, command, rest }: Found, typed: string, known: Known): Candidates {
  const flags: Readonly<Record<string, FlagDefinition>> = { ...command.flags, help: HELP };
  const { pending, given, cluster, positional, ended } = walk(rest, flags);
  // A command for a host.
  if (ended) return NOTHING;
  const values = (meaning: Meaning | undefined, text: string) =>
    meaning === undefined ? NOTHING : candidatesFor(meaning, text, cluster, known);
  if (pending) return values(meaningOfFlag(pending), typed);
  const attached = /^--([^=]+)=/.exec(typed);
  if (attached) {
    const [start, name = ''] = attached;
    const flag = flags[name];
    const found = flag ? values(meaningOfFlag(flag), typed.slice(start.length)) : NOTHING;
    const all = found.all.map((each) => ({ ...each, value: start + each.value }));
    return { ...found, all };
  }
  if (typed.startsWith('-')) return { ...NOTHING, all: flagCandidates(flags, given) };
  const names = Object.entries(command.args);
  const last = names.at(-1);
  const [name, argument] = names[positional.length] ?? (last?.[1].multiple === true ? last : []);
  if (name === undefined || !argument) {
    return values(names.length === 0 ? meaningOfRest(id) : undefined, typed);
  }
  const found = values(meaningOfArgument(id, name, argument), typed);
  return { ...found, all: found.all.filter(({ value }) => !positional.includes(value)) };
}

/** Reads what stands before the word that is to be completed. */
function walk(words: readonly string[], flags: Readonly<Record<string, FlagDefinition>>) {
  const given = new Set<string>();
  const positional: string[] = [];
  let cluster: string | undefined;
  let pending: FlagDefinition | undefined;
  for (const word of words) {
    if (pending) {
      if (pending.helpValue === 'CLUSTER') cluster = word;
      pending = undefined;
    } else if (word === '--') {
      return { pending, given, cluster, positional, ended: true };
    } else if (word.startsWith('-') && word !== '-') {
      const [, long, value] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
      const name = long ?? Object.keys(flags).find((each) => flags[each]?.char === word[1]) ?? '';
      given.add(name.replace(/^no-/, ''));
      const flag = flags[name];
      if (flag?.type !== 'option') continue;
      if (value === undefined && (long !== undefined || word.length === 2)) pending = flag;
      else if (flag.helpValue === 'CLUSTER') cluster = value ?? word.slice(2);
    } else {
      positional.push(word);
    }
  }
  return { pending, given, cluster, positional, ended: false };
}

/** The flags that may follow: each once, unless it takes several values. */
function flagCandidates(
  flags: Readonly<Record<string, FlagDefinition>>,
  given: ReadonlySet<string>,
): Candidate[] {
  return Object.entries(flags)
    .filter(
      ([name, { hidden, multiple }]) => hidden !== true && (multiple === true || !given.has(name)),
    )
    .flatMap(([name, { description = '', allowNo }]) => [
      { value: `--${name}`, description },
      ...(allowNo === true ? [{ value: `--no-${name}`, description: `not: ${description}` }] : []),
    ]);
}
