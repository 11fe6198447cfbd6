import type { Given } from '../config/merge.ts';
import type { Settings } from '../config/settings.ts';
import { SwarmctlError } from '../errors.ts';

/** Flags that can be given as an environment variable as well, and each with its variable. */
export function withVariables<T extends Record<string, object>>(
  flags: T,
  variableOf: (flag: string) => string,
): T {
  return Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => [name, { ...flag, env: variableOf(name) }]),
  ) as T;
}

/** What oclif knows of a command line. */
interface Parsed {
  readonly flags: object;
  readonly args: object;
  readonly metadata: { readonly flags: Record<string, { setFromDefault?: boolean } | undefined> };
  readonly raw: readonly (
    | { readonly type: 'flag'; readonly flag: string }
    | { readonly type: 'arg'; readonly arg: string }
  )[];
}

type Definitions = Readonly<
  Record<string, { readonly type: string; readonly multiple?: boolean; readonly env?: string }>
>;

/** Flags and arguments, with where each is from. oclif fills in variables and defaults without a word. */
export function whatIsGiven(definitions: Definitions, parsed: Parsed) {
  const typed = new Set(
    parsed.raw.map((token) => (token.type === 'flag' ? token.flag : token.arg)),
  );
  const said: Readonly<Record<string, unknown>> = { ...parsed.flags, ...parsed.args };
  const origin = (name: string) => {
    if (typed.has(name)) return 'flag';
    return name in parsed.flags && parsed.metadata.flags[name]?.setFromDefault !== true
      ? 'environment'
      : 'default';
  };
  const values = Object.fromEntries(
    Object.entries(said).map(([name, value]) => {
      const definition = definitions[name];
      if (!definition || origin(name) !== 'environment') return [name, value];
      return [name, fromVariable(definition, value)];
    }),
  );
  return { values, origin } as const;
}

/** The same of a command that takes the settings of a cluster. */
export function settingsGiven(definitions: Definitions, parsed: Parsed): Given {
  const { values, origin } = whatIsGiven(definitions, parsed);
  return { values: values as unknown as Settings, origin };
}

/** A list has one entry a line; whatever is no word for yes would be a no to oclif. */
function fromVariable({ type, multiple, env = '' }: Definitions[string], value: unknown): unknown {
  if (type === 'boolean' && !/^(1|true|y|yes|0|false|n|no)$/i.test(process.env[env] ?? '')) {
    throw new SwarmctlError('USAGE', `${env} must be true or false`);
  }
  if (multiple !== true || typeof value !== 'string') return value;
  return value.split(/\r?\n/).filter((line) => line !== '');
}
