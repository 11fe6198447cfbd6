import { asProblem, type SpecProblem } from '../cluster/problem.ts';
import type { HostSpec } from '../cluster/spec.ts';
import { ONLY_FOR, ROLES, schemeOf, type HostEntry, type Settings } from '../config/settings.ts';
import {
  hostUrl,
  parseHostUrl,
  sayUrl,
  userProblem,
  withSshDefaults,
  type SshDefaults,
} from '../hosts/host-url.ts';
import { closest } from '../util/closest.ts';
import type { PemFiles } from './read-pem-files.ts';

/** The hosts that are asked for, in their order, and what is wrong with them. */
interface RequestedHosts {
  /** One whose URL cannot be read has an empty one. */
  readonly hosts: HostSpec[];
  /** The files of each, by which its engine is reached. */
  readonly files: PemFiles[];
  /** What ssh URLs may leave out. */
  readonly sshDefaults: SshDefaults;
  readonly problems: SpecProblem[];
}

/** Reads `--host` and its relatives, and `hosts` of a cluster file. */
export function hostsOf(settings: Settings): RequestedHosts {
  const entries = settings.host.map((host) => (typeof host === 'string' ? { url: host } : host));
  const problems: SpecProblem[] = [];
  const ssh = readSshDefaults(settings);
  const urls = entries.map((entry, index) => urlOf(entry, index, ssh.defaults, problems));
  const sentences = [
    ...ssh.problems,
    ...needless(settings, urls),
    ...localProblems(settings, urls),
  ];
  problems.push(...sentences.map(asProblem), ...tlsProblems(entries, urls));
  const master = settings.master && withSshDefaultsIn(settings.master, ssh.defaults);
  const first = masterOf(master, entries, urls, problems);
  return {
    problems,
    sshDefaults: ssh.defaults,
    hosts: entries.map((entry, index) => ({
      url: urls[index] ?? '',
      master: index === first,
      address: entry.address ?? null,
      advertise: entry.advertise ?? null,
      labels: [...(entry['engine.labels'] ?? [])],
      options: [...(entry['engine.options'] ?? [])],
      tls: null,
    })),
    files: entries.map((entry) => ({
      ca: entry['tls.ca'],
      cert: entry['tls.cert'],
      key: entry['tls.key'],
    })),
  };
}

/** Only what can be right goes into URLs. */
function readSshDefaults({ 'ssh-user': user, 'ssh-port': port }: Settings) {
  const wrong = user === undefined ? undefined : userProblem(user);
  const isPort = port === undefined || (port >= 1 && port <= 65_535);
  return {
    defaults: {
      ...(wrong === undefined && { 'ssh-user': user }),
      ...(isPort && { 'ssh-port': port }),
    } satisfies SshDefaults,
    problems: [
      ...(wrong === undefined ? [] : [`--ssh-user: ${wrong}`]),
      ...(isPort ? [] : [`--ssh-port ${port} is not a port; ports are 1 to 65535`]),
    ],
  };
}

/** The normal form, or the text itself when it is no URL. */
function withSshDefaultsIn(text: string, defaults: SshDefaults): string {
  const url = parseHostUrl(text);
  return 'problems' in url ? text : hostUrl(withSshDefaults(url, defaults));
}

/** Its URL in the normal form; empty, and told, when it has none. */
function urlOf(
  { url: text }: HostEntry,
  index: number,
  defaults: SshDefaults,
  problems: SpecProblem[],
): string {
  // The reader of the file has told it.
  if (text === undefined) return '';
  const url = parseHostUrl(text);
  if (!('problems' in url)) return hostUrl(withSshDefaults(url, defaults));
  const within = { key: 'url' };
  problems.push(
    ...url.problems.map((problem) => ({
      ...{ setting: 'host', index, within },
      sentence: `--host ${problem}`,
    })),
  );
  return '';
}

/** Which host is the master: what `--master` says, or a role in the file, or the first. */
function masterOf(
  given: string | undefined,
  entries: readonly HostEntry[],
  urls: readonly string[],
  problems: SpecProblem[],
): number {
  const roles = entries.map(({ role }) => role);
  for (const [index, role] of roles.entries()) {
    if (role === undefined || ROLES.includes(role)) continue;
    problems.push(roleProblem(index, `"${role}" is unknown; known: ${ROLES.join(', ')}`));
  }
  if (given !== undefined) return namedMaster(given, urls, problems);
  const masters = [...roles.keys()].filter((index) => roles[index] === 'master');
  for (const index of masters.slice(1)) {
    problems.push(roleProblem(index, `is master, and hosts[${masters[0] ?? 0}] is that already`));
  }
  const first = masters[0] ?? roles.findIndex((role) => role !== 'node');
  if (first < 0 && roles.length > 0) {
    const sentence = '--host: every host has the role node, and one must be the master';
    problems.push({ setting: 'host', sentence });
  }
  return first;
}

function roleProblem(index: number, fault: string): SpecProblem {
  return {
    ...{ setting: 'host', index, within: { key: 'role' } },
    sentence: `hosts[${index}].role ${fault}`,
  };
}

function namedMaster(master: string, urls: readonly string[], problems: SpecProblem[]): number {
  const index = urls.indexOf(master);
  if (index >= 0) return index;
  // Nobody can say whether it was meant to be one that could not be read.
  if (urls.includes('')) return 0;
  // A part, such as the address alone, says enough.
  const meant = urls.find((each) => each.includes(master)) ?? closest(master, urls);
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
  problems.push(asProblem(`--master ${sayUrl(master)} is none of the hosts (--host)${hint}`));
  return 0;
}

/** Flags that are about a kind of host, of which there is none. */
function needless(settings: Settings, urls: readonly string[]): string[] {
  // A host that could not be read may be of any kind.
  if (urls.includes('')) return [];
  const said = settings as unknown as Readonly<Record<string, unknown>>;
  const kinds = urls.length === 0 ? ['local'] : urls.map(schemeOf);
  return Object.entries(ONLY_FOR).flatMap(([flag, [kind = '', ...others]]) =>
    [undefined, false].includes(said[flag] as undefined) ||
    [kind, ...others].some((each) => kinds.includes(each))
      ? []
      : `--${flag} is for ${kind === 'local' ? 'local hosts' : `hosts at ${kind}://`}, and there is none`,
  );
}

function localProblems(settings: Settings, urls: readonly string[]): string[] {
  const isLocal = (url: string) => url === 'local';
  const mixed = urls.some(isLocal) && !urls.every(isLocal);
  return mixed && settings['local-address'] === undefined
    ? ['--local-address is missing: the address of this machine by which the other hosts reach it']
    : [];
}

/** An entry's own files are for an engine that listens already. */
function* tlsProblems(
  entries: readonly HostEntry[],
  urls: readonly string[],
): Generator<SpecProblem> {
  for (const [index, entry] of entries.entries()) {
    const own = (['ca', 'cert', 'key'] as const).filter((part) => entry[`tls.${part}`]);
    const missing = (['ca', 'cert', 'key'] as const).filter((part) => !own.includes(part));
    const [first] = own;
    if (first === undefined) continue;
    const place = { setting: 'host', index, within: { key: `tls.${first}` } };
    if (!/^(tcp:|context:|$)/.test(urls[index] ?? '')) {
      yield { ...place, sentence: `hosts[${index}].tls is for engines at tcp://` };
    } else if (missing.length > 0) {
      const names = missing.map((part) => `hosts[${index}].tls.${part}`).join(' and ');
      yield { ...place, sentence: `${names} must be there as well: ca, cert and key go together` };
    }
  }
}
