import type { ClusterRecord } from '../cluster/record.ts';
import type { Variables } from './env-memory.ts';

/**
 * Programs differ in which of the two they read first, and most read the other one only when that is
 * empty.
 */
export const PROXY_VARIABLES = ['NO_PROXY', 'no_proxy'] as const;

/** Every address of a cluster: those by which its hosts, and this machine, reach them. */
export function clusterAddresses({ hosts }: Pick<ClusterRecord, 'hosts'>): string[] {
  return [...new Set(hosts.flatMap(({ address, reach }) => [reach.host, address]))];
}

/**
 * The lists of what is not asked through a proxy, with these addresses: each of the two that says
 * something, as a new one would hide what the other says; NO_PROXY when neither does.
 */
export function withoutProxy(before: Variables, addresses: readonly string[]): Variables {
  const used = PROXY_VARIABLES.filter((name) => before[name]);
  const names = used.length === 0 ? [PROXY_VARIABLES[0]] : used;
  return Object.fromEntries(names.map((name) => [name, extended(before[name] ?? '', addresses)]));
}

function extended(list: string, addresses: readonly string[]): string {
  const entries = list.split(/[\s,]+/).filter(Boolean);
  // Everything already, which it means only as long as it stands alone.
  if (entries.includes('*')) return list;
  return [...entries, ...addresses.filter((address) => !entries.includes(address))].join(',');
}
