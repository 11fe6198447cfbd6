/** A flag on a command line of dockerd. */
export interface Flag {
  /** Its long name, without dashes. */
  readonly name: string;
  readonly value: string;
  /** The words it takes: from this one, up to but without that one. */
  readonly from: number;
  readonly to: number;
}

const SHORT: Record<string, string> = {
  ...{ H: 'host', D: 'debug', l: 'log-level', s: 'storage-driver', G: 'group', p: 'pidfile' },
  ...{ b: 'bridge', g: 'data-root' },
};

/** Those that take no word of their own after them. */
const BOOLEAN = new Set([
  ...['tls', 'tlsverify', 'debug', 'experimental', 'icc', 'init', 'ip-forward', 'ip-masq'],
  ...['ip6tables', 'iptables', 'ipv6', 'live-restore', 'no-new-privileges', 'raw-logs', 'rootless'],
  ...['selinux-enabled', 'userland-proxy', 'validate', 'disable-legacy-registry'],
]);

/** What daemon.json calls the flags that can be given several times, where that is another name. */
const KEYS: Record<string, string> = {
  ...{ host: 'hosts', label: 'labels', 'registry-mirror': 'registry-mirrors' },
  ...{ 'insecure-registry': 'insecure-registries', 'exec-opt': 'exec-opts' },
  ...{ 'log-opt': 'log-opts', 'storage-opt': 'storage-opts', 'dns-opt': 'dns-opts' },
  ...{ 'add-runtime': 'runtimes', 'authorization-plugin': 'authorization-plugins' },
  ...{ 'default-ulimit': 'default-ulimits', 'node-generic-resource': 'node-generic-resources' },
  ...{
    'default-address-pool': 'default-address-pools',
    'default-network-opt': 'default-network-opts',
  },
  ...{ 'cluster-store-opt': 'cluster-store-opts', 'cdi-spec-dir': 'cdi-spec-dirs' },
};

/** Flags that may be given several times and have the same name in daemon.json. */
const REPEATED = new Set([...Object.keys(KEYS), 'dns', 'dns-search']);

export function keyOf(flag: string): string {
  return KEYS[flag] ?? flag;
}

export function isRepeated(flag: string): boolean {
  return REPEATED.has(flag);
}

/** An `--engine-opt`, as `NAME=VALUE` or `NAME`, dashes or not. */
export function readOption(option: string): { name: string; value: string } {
  const [, name = '', value = 'true'] = /^-*([^=]*)(?:=(.*))?$/s.exec(option) ?? [];
  return { name: SHORT[name] ?? name, value };
}

/** The flags among the words of a command line; what is none, such as the program, is left out. */
export function readFlags(words: readonly string[]): Flag[] {
  const flags: Flag[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const [, long, short, rest = ''] = /^(?:--([^=]+)|-([a-zA-Z]))(.*)$/s.exec(word) ?? [];
    const name = long ?? SHORT[short ?? ''];
    if (name === undefined || at === 0) continue;
    const next = words[at + 1];
    const takesNext =
      rest === '' && !BOOLEAN.has(name) && next !== undefined && !next.startsWith('-');
    const value = takesNext ? next : rest === '' ? 'true' : rest.replace(/^=/, '');
    const to = at + (takesNext ? 2 : 1);
    flags.push({ name, value, from: at, to });
    at = to - 1;
  }
  return flags;
}

/** A command line without some of its flags. */
export function without(words: readonly string[], flags: readonly Flag[]): string[] {
  return words.filter((_word, at) => !flags.some(({ from, to }) => at >= from && at < to));
}
