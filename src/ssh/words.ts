import { SwarmctlError, type ErrorCode } from '../errors.ts';

/** What became of an attempt to connect, read from what ssh said. */
export interface Verdict {
  readonly code: Extract<ErrorCode, 'SSH_AUTH' | 'SSH_HOST_KEY' | 'SSH_UNREACHABLE'>;
  /** The reason as the end of "cannot connect to HOST: …". */
  readonly reason: string;
  readonly suggestions: readonly string[];
  /** Whether the same may succeed a moment later: a host that starts refuses and lets wait. */
  readonly retry: boolean;
}

/** Where an attempt went, for the sentences. */
export interface Place {
  /** As the person gave it, without the user. */
  readonly host: string;
  readonly user: string;
  /** What a person types to get there, without `ssh`. */
  readonly byHand: string;
  readonly knownHostsFile: string;
}

type Judge = (words: string, place: Place) => Verdict | undefined;

/** The first that knows the words decides: those that come early say more. */
const JUDGES: readonly Judge[] = [
  changedKey,
  unknownKey,
  unprotectedKey,
  starting,
  denied,
  refusedOrTimedOut,
  unresolved,
  unreachable,
  noAgreement,
  brokenConfig,
  closed,
];

/** Reads what ssh wrote before it gave up. */
export function judge(words: string, place: Place): Verdict {
  for (const ask of JUDGES) {
    const verdict = ask(words, place);
    if (verdict) return verdict;
  }
  return final('SSH_UNREACHABLE', 'ssh gave up', [`try it by hand: ssh ${place.byHand}`]);
}

/** A connection that did not come about, with ssh's own words. */
export function connectionError(
  { code, reason, suggestions }: Verdict,
  words: string,
  { host }: Place,
): SwarmctlError {
  const own = ownWords(words);
  const message = `cannot connect to ${host}: ${reason}${own === '' ? '' : `; ssh says: ${own}`}`;
  return new SwarmctlError(code, message, { host, suggestions });
}

/** What ssh said in one line, without frames and advice. */
export function ownWords(words: string): string {
  return words
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !NOISE.test(line))
    .join(' | ');
}

/** Lines that say nothing about the failure. */
const NOISE =
  /^(@+|@ .* @|Warning: Permanently added|\*\* |debug\d|Pseudo-terminal will not|IT IS POSSIBLE|It is also possible|Someone could be|Please contact your|Add correct host key|remove with:|ssh-keygen -f|Connection closed by UNKNOWN port)/;

function changedKey(words: string, { knownHostsFile }: Place): Verdict | undefined {
  const revoked = words.includes('REVOKED HOST KEY DETECTED');
  if (!revoked && !words.includes('REMOTE HOST IDENTIFICATION HAS CHANGED')) return undefined;
  const [, file = knownHostsFile, line] =
    /^Offending .*key in (.*?):(\d+)\s*$/m.exec(words) ?? ([] as string[]);
  const [, name] = /^Host key for (\S+) (?:has changed|was revoked)/m.exec(words) ?? [];
  const place = line === undefined ? file : `${file} line ${line}`;
  if (revoked) {
    return final('SSH_HOST_KEY', `its host key is revoked by ${place}`, [
      'ask who runs the host for its new key',
    ]);
  }
  return final(
    'SSH_HOST_KEY',
    `its host key is another than the one known from ${place}: it was set up anew, or somebody is in between`,
    [
      'ask who runs the host whether its key has changed',
      `if it has, forget the old one: ssh-keygen -R '${name ?? '[host]:port'}' -f ${file}`,
    ],
  );
}

function unknownKey(words: string, { host, knownHostsFile }: Place): Verdict | undefined {
  const kind = /No (\S+) host key is known for (\S+)/.exec(words);
  if (!kind && !words.includes('Host key verification failed')) return undefined;
  return final(
    'SSH_HOST_KEY',
    kind
      ? `its host key is not known yet, and --ssh-strict is yes`
      : 'its host key was not accepted',
    [
      `compare the key with what who runs the host says, and add it to ${knownHostsFile} or ~/.ssh/known_hosts: ssh-keyscan ${kind?.[2] ?? host}`,
      'take the key that it shows at the first contact: --ssh-strict accept-new',
    ],
  );
}

function unprotectedKey(words: string): Verdict | undefined {
  const file = /Permissions \d+ for '(.*)' are too open/.exec(words)?.[1];
  if (file === undefined) return undefined;
  return final('SSH_AUTH', `others can read the key ${file}, so ssh does not use it`, [
    `chmod 600 ${file}`,
  ]);
}

/** The account of nobody but root is open while systemd starts the host. */
function starting(words: string): Verdict | undefined {
  if (!/System is booting up/i.test(words)) return undefined;
  return transient('it is still starting', ['give it more time with --timeout']);
}

function denied(words: string, { user, byHand }: Place): Verdict | undefined {
  if (words.includes('Too many authentication failures')) {
    return final('SSH_AUTH', 'the agent offered more keys than the host looks at', [
      'name the right one: --ssh-key FILE',
    ]);
  }
  // "ssh: connect to host … Permission denied" is a firewall.
  const methods = /^(?!ssh: connect).*Permission denied \((.*)\)/m.exec(words)?.[1];
  const over =
    /No more authentication methods|Authentication failed|sign_and_send_pubkey|Load key /;
  if (methods === undefined && !over.test(words)) return undefined;
  const takes = methods === undefined || methods === '' ? '' : ` (it takes: ${methods})`;
  return final('SSH_AUTH', `it does not let ${user} in${takes}`, [
    `see which keys ssh offers: ssh -v ${byHand}`,
    'name the user and the key: --ssh-user NAME, --ssh-key FILE',
  ]);
}

function refusedOrTimedOut(words: string, { host }: Place): Verdict | undefined {
  if (words.includes('Connection refused')) {
    return transient('the connection was refused', [
      `is sshd running on ${host}, and at this port? --ssh-port PORT`,
    ]);
  }
  if (/(Connection|Operation) timed out|No route to host|Host is down/.test(words)) {
    return transient('the host does not answer', [
      `is ${host} up, is the address right, and does a firewall let ssh through?`,
    ]);
  }
  return undefined;
}

function unresolved(words: string, { host }: Place): Verdict | undefined {
  if (!words.includes('Could not resolve hostname')) return undefined;
  return final('SSH_UNREACHABLE', 'its name is not known', [
    `is ${host} spelled right? Names can also be aliases of ~/.ssh/config`,
  ]);
}

function unreachable(words: string): Verdict | undefined {
  if (!/Network is unreachable|^ssh: connect to .*Permission denied/m.test(words)) {
    return undefined;
  }
  return final('SSH_UNREACHABLE', 'this machine has no way to it', [
    'does it take a VPN or a jump host (ProxyJump in ~/.ssh/config)?',
  ]);
}

function noAgreement(words: string): Verdict | undefined {
  const what = /no matching (.*) found/.exec(words)?.[1];
  if (what === undefined) return undefined;
  return final('SSH_UNREACHABLE', `ssh and the host have no ${what} in common`, [
    'update the sshd of the host, or allow what it offers in ~/.ssh/config',
  ]);
}

function brokenConfig(words: string): Verdict | undefined {
  const problem =
    /Bad (?:owner|configuration|number|port)|bad configuration options|unsupported option/i;
  if (!problem.test(words)) return undefined;
  return final('SSH_UNREACHABLE', 'ssh does not accept its configuration', [
    'see what it says of ~/.ssh/config: ssh -G host',
  ]);
}

function closed(words: string): Verdict | undefined {
  if (!/Connection (closed|reset)|Broken pipe|administratively prohibited/.test(words)) {
    return undefined;
  }
  return final('SSH_UNREACHABLE', 'the connection was closed before it stood', [
    'look into the log of its sshd: too many connections, a ban of this address, or a jump host that forbids it',
  ]);
}

function final(code: Verdict['code'], reason: string, suggestions: readonly string[]): Verdict {
  return { code, reason, suggestions, retry: false };
}

function transient(reason: string, suggestions: readonly string[]): Verdict {
  return { code: 'SSH_UNREACHABLE', reason, suggestions, retry: true };
}
