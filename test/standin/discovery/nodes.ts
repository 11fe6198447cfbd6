import { FatalError } from '../cli/fatal.ts';
import { expandRange, requirePorts } from './addresses.ts';
import type { Discovery } from './discovery.ts';

/** `nodes://a:1,b:2` and ranges such as `10.0.0.[11:13]:2375`: a list that never changes. */
export function createNodesDiscovery(rest: string): Discovery {
  const addresses = rest.split(',').flatMap(expandRange);
  try {
    requirePorts(addresses);
  } catch (error) {
    throw new FatalError(
      `${(error as Error).message}, please check you are using the correct discovery (missing token:// ?)`,
    );
  }
  return { register: registerNowhere, watch: (watcher) => watcher.onEntries(addresses) };
}

/** What an agent is told, heartbeat after heartbeat, where nobody can register. */
export function registerNowhere(): Promise<never> {
  return Promise.reject(new Error('not implemented in this discovery service'));
}
