/** What a word of the command line stands for, as far as it can be completed. */
export type Kind =
  | 'cluster'
  | 'host'
  /** A cluster or a host. */
  | 'subject'
  /** A cluster that is locked. */
  | 'locked'
  /** A file here, or `HOST:` of one there. */
  | 'copy'
  | 'discovery'
  | 'strategy'
  | 'shell'
  /** Names of checks, comma separated. */
  | 'checks'
  | 'topic'
  | 'file'
  | 'folder'
  /** Only the person knows it. */
  | 'nothing';

/**
 * Arguments by their name, or by `command name` where a command means something else by it. Those
 * with `options` need no line.
 */
const ARGUMENTS: Readonly<Record<string, Kind>> = {
  file: 'file',
  host: 'host',
  hosts: 'nothing',
  name: 'cluster',
  names: 'cluster',
  subject: 'subject',
  subjects: 'subject',
  token: 'nothing',
  topic: 'topic',
  'lock:release name': 'locked',
  'token:show token': 'cluster',
};

/** What follows a command that takes anything (`strict = false`) without naming it. */
const REST: Readonly<Record<string, Kind>> = {
  scp: 'copy',
};

/** Flags by what their help shows as their value. Those with `options` need no line. */
const VALUES: Readonly<Record<string, Kind>> = {
  ADDRESS: 'nothing',
  'CHECK,…': 'checks',
  CLUSTER: 'cluster',
  DIR: 'folder',
  DURATION: 'nothing',
  FILE: 'file',
  HOST: 'nothing',
  'HOST:PORT': 'nothing',
  IMAGE: 'nothing',
  'KEY=VALUE': 'nothing',
  'KIND|URL': 'discovery',
  N: 'nothing',
  NAME: 'nothing',
  'NAME=VALUE': 'nothing',
  PORT: 'nothing',
  SHELL: 'shell',
  STRATEGY: 'strategy',
  TEMPLATE: 'nothing',
  URL: 'nothing',
};

/** What a word can be: one of a list, or whatever its kind is. */
export type Meaning = readonly string[] | Kind;

export function meaningOfArgument(
  command: string,
  name: string,
  { options }: { readonly options?: readonly string[] },
): Meaning | undefined {
  return options ?? ARGUMENTS[`${command} ${name}`] ?? ARGUMENTS[name];
}

export function meaningOfRest(command: string): Meaning | undefined {
  return REST[command];
}

export function meaningOfFlag({
  options,
  helpValue,
}: {
  readonly options?: readonly string[];
  /** A list where several values follow one another; none of our flags is such. */
  readonly helpValue?: string | readonly string[];
}): Meaning | undefined {
  return options ?? (typeof helpValue === 'string' ? VALUES[helpValue] : undefined);
}
