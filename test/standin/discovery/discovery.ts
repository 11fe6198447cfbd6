import { FatalError } from '../cli/fatal.ts';
import { createEtcdDiscovery } from './etcd.ts';
import { createFileDiscovery } from './file.ts';
import { createNodesDiscovery } from './nodes.ts';
import { createTokenDiscovery } from './token.ts';

export interface DiscoveryWatcher {
  /** Every time the whole list of `host:port` entries. */
  onEntries(addresses: string[]): void;
  onError(error: Error): void;
}

export interface Discovery {
  register(address: string): Promise<void>;
  /** Watches until the signal aborts. */
  watch(watcher: DiscoveryWatcher, signal: AbortSignal): void;
}

export interface DiscoverySettings {
  heartbeatMs: number;
  ttlMs: number;
  opts: Map<string, string>;
}

type CreateDiscovery = (rest: string, settings: DiscoverySettings) => Discovery;

/** One line here and one file make another kind of discovery. */
const backends: Record<string, CreateDiscovery> = {
  etcd: createEtcdDiscovery,
  file: createFileDiscovery,
  nodes: createNodesDiscovery,
  token: createTokenDiscovery,
};

export function createDiscovery(url: string, settings: DiscoverySettings): Discovery {
  const [, scheme = 'nodes', rest = url] = /^(.*?):\/\/(.*)$/s.exec(url) ?? [];
  const create = Object.hasOwn(backends, scheme) ? backends[scheme] : undefined;
  if (!create) throw new FatalError('discovery service not supported');
  return create(rest, settings);
}
