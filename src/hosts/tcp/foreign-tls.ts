import type { X509Certificate } from 'node:crypto';
import type { KeyPair } from '../../pki/key-pair.ts';
import { sayExactly } from '../../pki/say-certificate.ts';
import { judgeCaKey } from './judge-ca-key.ts';
import { judgeClient, type Client, type ClientTls } from './judge-client.ts';
import { judgeManager } from './judge-manager.ts';
import type { TcpProblem } from './problem.ts';

interface Given {
  /** Hosts whose engine has TLS of another CA: PEM texts by which they are reached. */
  readonly hosts: readonly {
    readonly name: string;
    readonly tls: { readonly ca: string; readonly cert: string; readonly key: string };
  }[];
  /** PEM text of that CA's key. */
  readonly caKey: string | undefined;
  /** Names and addresses at which clients reach the manager. */
  readonly manager: { readonly names: readonly string[] };
}

interface ForeignTls {
  readonly problems: readonly TcpProblem[];
  /**
   * Where certificates come from: of our own CA, as no engine has another; of theirs, with its
   * key; or the manager uses the certificate that was given for the engines.
   */
  readonly plan: 'own CA only' | 'issued by their CA' | 'their certificate';
  /** Their CA, PEM, for `issued by their CA`; undefined when problems stand against it. */
  readonly authority: KeyPair | undefined;
  /** The manager's certificate and key as they were given, for `their certificate`; likewise. */
  readonly manager: KeyPair | undefined;
}

/** Whether swarm can work with engines of another CA, and how. Nothing is asked of anybody. */
export function judgeForeignTls({ hosts, caKey, manager }: Given, now: Date): ForeignTls {
  if (hosts.length === 0) {
    const problems = caKey === undefined ? [] : [KEY_WITHOUT_HOSTS];
    return { problems, plan: 'own CA only', authority: undefined, manager: undefined };
  }
  const judged = distinct(hosts).map((given) => judgeClient(given, now));
  const clients = judged.flatMap(({ client }) => client ?? []);
  const problems = judged.flatMap((one) => one.problems);
  problems.push(...severalAuthorities(clients));
  if (caKey !== undefined) {
    const found = judgeCaKey(caKey, clients);
    problems.push(...found.problems);
    const authority = hasErrors(problems) ? undefined : found.authority;
    return { problems, plan: 'issued by their CA', authority, manager: undefined };
  }
  const found = judgeManager(clients, manager.names);
  problems.push(...found.problems);
  const certificate = hasErrors(problems) ? undefined : found.certificate;
  return { problems, plan: 'their certificate', authority: undefined, manager: certificate };
}

const KEY_WITHOUT_HOSTS: TcpProblem = {
  level: 'error',
  problem: '--tls-ca-key is given, but no host at tcp:// has TLS of that CA',
  fix: 'leave it out, or give --tls-ca-cert, --tls-cert and --tls-key with it',
};

function hasErrors(problems: readonly TcpProblem[]): boolean {
  return problems.some(({ level }) => level === 'error');
}

/** Most often all hosts have the same; what is wrong with it is then said once. */
function distinct(hosts: Given['hosts']): ClientTls[] {
  const found = new Map<string, ClientTls>();
  for (const { name, tls } of hosts) {
    const { ca, cert, key } = tls;
    const id = JSON.stringify([ca, cert, key]);
    found.set(id, { hosts: [...(found.get(id)?.hosts ?? []), name], ca, cert, key });
  }
  return [...found.values()];
}

/** The manager's one certificate is of one CA. */
function severalAuthorities(clients: readonly Client[]): TcpProblem[] {
  const byRoot = new Map<string, { root: X509Certificate; hosts: string[] }>();
  for (const { hosts, root } of clients) {
    if (!root) continue;
    const known = byRoot.get(root.fingerprint256)?.hosts ?? [];
    byRoot.set(root.fingerprint256, { root, hosts: [...known, ...hosts] });
  }
  if (byRoot.size < 2) return [];
  const groups = [...byRoot.values()].map(
    ({ root, hosts }) => `${hosts.join(', ')}: ${sayExactly(root)}`,
  );
  return [
    {
      level: 'error',
      problem: `the engines have different CAs, and swarm's manager has one certificate for all of them: ${groups.join('; ')}`,
      fix: 'make a cluster of the hosts of each CA, or give all engines certificates of one CA',
    },
  ];
}
