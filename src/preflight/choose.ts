import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Engine } from '../engine/engine.ts';
import { SwarmctlError } from '../errors.ts';
import { digest } from '../util/digest.ts';

const PORTS = { first: 20_000, last: 32_000 };
const LOOPBACK = '127.0.0.1';
/** The /24s that clusters get, by their first octets; the second is for machines that use 10/8. */
const FIRST_OCTETS = ['10.117', '192.168'];

/**
 * First three octets of a /24 that neither a network of the engine nor this machine uses. The
 * search begins where the name says, so that clusters made at the same moment do not collide.
 */
export async function chooseSubnet(
  name: string,
  outer: Engine,
  signal: AbortSignal,
  /** Subnets that are spoken for. */
  others: readonly string[] = [],
  interfaces = networkInterfaces(),
): Promise<string> {
  const first = Number.parseInt(digest(name).slice(0, 2), 16);
  const networks = await outer.listNetworks(signal);
  const taken = [
    ...others,
    ...networks.flatMap(({ IPAM }) => IPAM?.Config?.flatMap(({ Subnet }) => Subnet ?? []) ?? []),
    ...Object.values(interfaces).flatMap(
      (addresses) => addresses?.flatMap(({ cidr }) => cidr ?? []) ?? [],
    ),
  ].flatMap(rangeOf);
  const prefixes = FIRST_OCTETS.flatMap((octets) =>
    Array.from({ length: 256 }, (_, offset) => `${octets}.${(first + offset) % 256}`),
  );
  for (const prefix of prefixes) {
    const [wanted] = rangeOf(`${prefix}.0/24`);
    if (wanted && taken.every(([low, high]) => high < wanted[0] || low > wanted[1])) return prefix;
  }
  throw new SwarmctlError('PREFLIGHT', 'no /24 is free for the network of the hosts', {
    suggestions: ['docker network prune removes networks that nothing uses'],
  });
}

/** First and last address of an IPv4 CIDR as numbers; empty for anything else. */
function rangeOf(cidr: string): [number, number][] {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr);
  if (!match) return [];
  const [a = 0, b = 0, c = 0, d = 0, bits = 0] = match.slice(1).map(Number);
  const size = 2 ** (32 - bits);
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  const low = Math.floor(address / size) * size;
  return [[low, low + size - 1]];
}

/**
 * Different free ports of this machine's loopback address, from below the range that outgoing
 * connections use: they must still be free when the outer engine starts again.
 */
export async function freePorts(
  count: number,
  taken: ReadonlySet<number> = new Set(),
): Promise<number[]> {
  const ports = new Set<number>();
  for (let attempts = 0; ports.size < count; attempts++) {
    if (attempts > 100 * count) {
      throw new SwarmctlError('PREFLIGHT', `no ${count} ports from ${PORTS.first} on are free`);
    }
    const port = randomInt(PORTS.first, PORTS.last);
    if (!taken.has(port) && (await isPortFree(port))) ports.add(port);
  }
  return [...ports];
}

export async function isPortFree(port: number): Promise<boolean> {
  try {
    await close(await listen(port));
    return true;
  } catch {
    return false;
  }
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => {
      resolve(server);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}
