import { UsageError } from './fatal.ts';

export interface FlagSpec {
  /** First the name values are stored under, then its aliases. */
  names: readonly [string, ...string[]];
  kind: 'string' | 'bool' | 'int' | 'list';
  initial?: string;
  env?: string;
}

export interface ParsedFlags {
  text(name: string): string;
  bool(name: string): boolean;
  list(name: string): string[];
  /** Whether it was given on the command line, not by its default or the environment. */
  isSet(name: string): boolean;
  positional: string[];
}

/**
 * Flags may follow the positional argument only if none precedes it: the program imitated sorts
 * its arguments at the first flag and stops reading flags at the next word that is none.
 */
export function parseFlags(
  specs: readonly FlagSpec[],
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
): ParsedFlags {
  const firstFlag = argv.findIndex((word) => word.startsWith('-'));
  const ordered =
    firstFlag > 0 ? [...argv.slice(firstFlag), ...argv.slice(0, firstFlag)] : [...argv];
  const { given, positional } = readFlags(specs, ordered);
  const specOf = (name: string) => specs.find((spec) => spec.names[0] === name);
  const fallback = (name: string): string | undefined => {
    const spec = specOf(name);
    return (spec?.env && env[spec.env]) || spec?.initial;
  };
  return {
    text: (name) => given.get(name)?.at(-1) ?? fallback(name) ?? '',
    bool: (name) => isTrue(given.get(name)?.at(-1) ?? fallback(name) ?? 'false'),
    list: (name) => given.get(name) ?? fallback(name)?.split(',') ?? [],
    isSet: (name) => given.has(name),
    positional,
  };
}

/** Reads flags up to the first word that is none. */
export function readFlags(
  specs: readonly FlagSpec[],
  words: readonly string[],
): { given: Map<string, string[]>; positional: string[] } {
  const given = new Map<string, string[]>();
  let index = 0;
  for (; index < words.length; index++) {
    const word = words[index] ?? '';
    if (!/^--?[^-]/.test(word)) {
      if (word === '--') index++;
      break;
    }
    const [, name = '', equals, attached = ''] = /^--?([^=]+)(=?)(.*)$/s.exec(word) ?? [];
    const spec = specs.find((candidate) => candidate.names.includes(name));
    if (!spec) throw new UsageError(`flag provided but not defined: -${name}`);
    let value = attached;
    if (!equals) {
      if (spec.kind === 'bool') {
        value = 'true';
      } else {
        index++;
        const next = words[index];
        if (next === undefined) throw new UsageError(`flag needs an argument: -${name}`);
        value = next;
      }
    }
    checkKind(spec, name, value);
    given.set(spec.names[0], [...(given.get(spec.names[0]) ?? []), value]);
  }
  return { given, positional: words.slice(index) };
}

function checkKind(spec: FlagSpec, name: string, value: string): void {
  const wrong =
    (spec.kind === 'bool' && !/^(1|t|true|0|f|false)$/i.test(value)) ||
    (spec.kind === 'int' && !/^[+-]?\d+$/.test(value));
  if (wrong) throw new UsageError(`invalid value ${JSON.stringify(value)} for flag -${name}`);
}

function isTrue(value: string): boolean {
  return /^(1|t|true)$/i.test(value);
}
