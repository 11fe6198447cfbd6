import type { HostSpec } from '../cluster/spec.ts';
import type { Settings } from '../config/settings.ts';
import { hostUrl, parseHostUrl, type HostUrl } from '../hosts/host-url.ts';
import { userProblem } from '../ssh/target.ts';
import { closest } from '../util/closest.ts';

/** The hosts that are asked for, and what is wrong with them, a sentence each. */
export interface RequestedHosts {
  readonly hosts: HostSpec[];
  readonly problems: string[];
}

/** Reads `--host` and its relatives. */
export function hostsOf(settings: Settings): RequestedHosts {
  const problems: string[] = [];
  const urls = settings.host.flatMap((text) => {
    const url = parseHostUrl(text);
    if (!('problems' in url)) return hostUrl(withDefaults(url, settings));
    problems.push(...url.problems.map((problem) => `--host ${problem}`));
    return [];
  });
  const user = settings['ssh-user'];
  const wrong = user === undefined ? undefined : userProblem(user);
  if (wrong !== undefined) problems.push(`--ssh-user ${wrong}`);
  const twice = urls.find((url, index) => url !== 'local' && urls.indexOf(url) < index);
  if (twice !== undefined) problems.push(`--host ${twice} is given twice`);
  problems.push(...needless(settings, urls), ...localProblems(settings, urls));
  const master = masterUrl(settings, urls, problems);
  const first = urls.indexOf(master);
  return {
    problems,
    hosts: urls.map((url, index) => ({
      url,
      master: index === first,
      address: null,
      advertise: null,
      labels: [],
      options: [],
      tls: null,
    })),
  };
}

/** An ssh URL with what `--ssh-user` and `--ssh-port` say where it says nothing itself. */
function withDefaults(url: HostUrl, settings: Settings): HostUrl {
  if (url.kind !== 'ssh') return url;
  const { host, user = settings['ssh-user'], port = settings['ssh-port'] } = url.target;
  return {
    kind: 'ssh',
    target: { host, ...(user !== undefined && { user }), ...(port !== undefined && { port }) },
  };
}

function masterUrl(settings: Settings, urls: readonly string[], problems: string[]): string {
  const [first = ''] = urls;
  const text = settings.master;
  if (text === undefined) return first;
  const url = parseHostUrl(text);
  const master = 'problems' in url ? text : hostUrl(withDefaults(url, settings));
  if (urls.includes(master)) return master;
  const meant = closest(master, urls);
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
  problems.push(`--master ${text} is none of the hosts (--host)${hint}`);
  return first;
}

/** Flags that are about a kind of host, of which there is none. */
const FOR_KIND: readonly [string, RegExp, string][] = [
  ['ssh-user', /^ssh:/, 'ssh://'],
  ['ssh-port', /^ssh:/, 'ssh://'],
  ['ssh-key', /^ssh:/, 'ssh://'],
  ['engine-install-url', /^ssh:/, 'ssh://'],
  ['tls-ca-cert', /^(tcp|context):/, 'tcp://'],
  ['tls-cert', /^(tcp|context):/, 'tcp://'],
  ['tls-key', /^(tcp|context):/, 'tcp://'],
  ['tls-ca-key', /^(tcp|context):/, 'tcp://'],
];

function needless(settings: Settings, urls: readonly string[]): string[] {
  const said = settings as unknown as Readonly<Record<string, unknown>>;
  return FOR_KIND.filter(
    ([flag, kind]) => said[flag] !== undefined && !urls.some((url) => kind.test(url)),
  ).map(([flag, , kind]) => `--${flag} is for hosts at ${kind}, and there is none`);
}

function localProblems(settings: Settings, urls: readonly string[]): string[] {
  const isLocal = (url: string) => url === 'local';
  const mixed = urls.some(isLocal) && !urls.every(isLocal);
  if (settings['local-address'] !== undefined && urls.length > 0 && !urls.some(isLocal)) {
    return ['--local-address is for local hosts, and there is none'];
  }
  return mixed && settings['local-address'] === undefined
    ? ['--local-address is missing: the address of this machine by which the other hosts reach it']
    : [];
}
