/** A TCP port of a host. */
export interface Target {
  /** Name, IPv4 or IPv6 address, without brackets. */
  readonly host: string;
  readonly port: number;
}

/**
 * What became of an attempt to connect. Something that refuses has been reached; silence, and routers
 * that refuse in its place, mean that something is in between. `blocked` is also said of a name or
 * a network that is not known there. (A firewall that rejects with a TCP reset, or as `-j REJECT` of iptables
 * does when it is not told how, cannot be told from a port without a listener.)
 */
export interface Reach extends Target {
  readonly outcome: 'open' | 'refused' | 'blocked' | 'unknown';
  /** The words of what was tried; empty when there are none. */
  readonly words: string;
}

/** Milliseconds until silence is a block: long enough for a packet that is lost to be sent again. */
export const REACH_DEADLINE = 3000;

const BLOCKED =
  /no route to host|unreachable|prohibited|permission denied|not permitted|timed out|timeout/i;
/** What is said by a host that has no IPv6, or no route out of its own network. */
const ROUTELESS =
  /network is unreachable|cannot assign requested address|address family not supported|address not available/i;
/** What resolvers say, through bash, Python and nc. */
const UNRESOLVED =
  /name or service not known|name resolution|no address associated|name does not resolve|nodename nor servname|bad address|unknown host|could not resolve|host lookup failed/i;

/** What the words of a failed attempt mean, in any of the tools that make one. */
export function outcomeOf(words: string): Exclude<Reach['outcome'], 'open'> {
  // A name has several addresses; one that refuses has been reached.
  if (/connection refused/i.test(words)) return 'refused';
  return BLOCKED.test(words) || missing(words) !== undefined ? 'blocked' : 'unknown';
}

/** What was missing where no packet was even sent: a name's address, or a route to the address. */
export function missing(words: string): 'address' | 'route' | undefined {
  if (UNRESOLVED.test(words)) return 'address';
  return ROUTELESS.test(words) ? 'route' : undefined;
}

/** What became of an attempt, as a clause. */
export function sayReach({ host, port, outcome, words }: Reach): string {
  const target = `port ${port} of ${host}`;
  switch (outcome) {
    case 'open':
      return `${target} is open`;
    case 'refused':
      return `nothing listens at ${target}`;
    case 'blocked':
      return missing(words) === undefined
        ? `${target} does not answer${words === '' ? '' : ` (${words})`}: a firewall is in between`
        : `${target} cannot be found from there: ${words}`;
    case 'unknown':
      return `${target} could not be tried${words === '' ? '' : `: ${words}`}`;
  }
}
