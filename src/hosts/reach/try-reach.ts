import type { SshConnection } from '../../ssh/connection.ts';
import { readTemplate } from '../../util/template.ts';

/** A TCP port of a host. */
export interface Target {
  /** Name, IPv4 or IPv6 address, without brackets. */
  readonly host: string;
  readonly port: number;
}

/**
 * What became of an attempt to connect. Something that refuses has been reached; silence and routers
 * that refuse in its place mean that something is in between.
 */
export interface Reach extends Target {
  readonly outcome: 'open' | 'refused' | 'blocked' | 'unknown';
  /** The words of what was tried; empty when there are none. */
  readonly words: string;
}

/** Longer than a packet takes that is sent again, twice. */
const SECONDS = 4;

/** Tries from a server to reach others, all at once. */
export async function tryReach(
  connection: SshConnection,
  targets: readonly Target[],
  signal: AbortSignal,
): Promise<Reach[]> {
  if (targets.length === 0) return [];
  const script = await readTemplate('reach/reach.sh');
  const values = targets.flatMap(({ host, port }) => [host, String(port)]);
  const { stdout } = await connection.run(
    ['sh', '-c', script, 'reach', String(SECONDS), ...values],
    { signal },
  );
  return targets.map((target) => judge(target, stdout.toString('utf8')));
}

/** Reads the line of one target in the output of reach.sh. */
export function judge(target: Target, output: string): Reach {
  const start = `${target.host} ${String(target.port)} `;
  const line = output.split('\n').find((each) => each.startsWith(start));
  const [, exit = '', words = ''] = /^(\d+) ?(.*)$/.exec(line?.slice(start.length) ?? '') ?? [];
  return { ...target, outcome: outcomeOf(exit, words), words: words.trim() };
}

function outcomeOf(exit: string, words: string): Reach['outcome'] {
  if (exit === '0') return 'open';
  if (exit === '124') return 'blocked';
  if (/connection refused/i.test(words)) return 'refused';
  return /no route to host|unreachable|prohibited|permission denied|timed out/i.test(words)
    ? 'blocked'
    : 'unknown';
}

/** Why a port was not reached, in words. */
export function sayReach({ host, port, outcome, words }: Reach): string {
  const target = `port ${String(port)} of ${host}`;
  switch (outcome) {
    case 'open':
      return `${target} is open`;
    case 'refused':
      return `nothing listens at ${target}`;
    case 'blocked':
      return `${target} does not answer: a firewall is in between`;
    case 'unknown':
      return `${target} could not be tried${words === '' ? '' : `: ${words}`}`;
  }
}
