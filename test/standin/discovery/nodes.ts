import { FatalError } from '../cli/fatal.ts';
import type { Discovery } from './discovery.ts';

/** `nodes://a:1,b:2` and ranges such as `10.0.0.[11:13]:2375`: a list that never changes. */
export function createNodesDiscovery(rest: string): Discovery {
  const addresses = rest.split(',').flatMap(expandRange);
  for (const address of addresses) {
    if (!/:[^:\]]*$/.test(address)) {
      throw new FatalError(
        `address ${address}: missing port in address, please check you are using the correct discovery (missing token:// ?)`,
      );
    }
  }
  return {
    register: () => Promise.reject(new Error('not implemented in this discovery service')),
    watch: (watcher) => watcher.onEntries(addresses),
  };
}

function expandRange(pattern: string): string[] {
  const [range, from, to] = /\[(\d+):(\d+)\]/.exec(pattern) ?? [];
  if (range === undefined) return [pattern];
  const count = Math.max(0, Number(to) - Number(from) + 1);
  return Array.from({ length: count }, (_, index) =>
    pattern.replace(range, String(Number(from) + index)),
  );
}
