import { createApiServer } from '../api/server.ts';
import { listen } from '../api/listen.ts';
import { Cluster } from '../cluster/cluster.ts';
import { ContainerCreator } from '../cluster/create.ts';
import { createDiscovery } from '../discovery/discovery.ts';
import { loadManagerTls } from '../tls.ts';
import type { ManageOptions } from './options.ts';

export async function manage(options: ManageOptions): Promise<void> {
  const tls = options.tls && loadManagerTls(options.tls);
  const discovery = createDiscovery(options.discovery, {
    heartbeatMs: options.heartbeatMs,
    ttlMs: 0,
    opts: options.discoveryOpts,
  });
  const { refreshMinMs, refreshMaxMs, failureRetry } = options;
  const cluster = new Cluster({ tls, refreshMinMs, refreshMaxMs, failureRetry }, options.filters);
  const api = { cluster, creator: new ContainerCreator(cluster) };
  cluster.start(discovery, new AbortController().signal);
  for (const host of options.hosts) await listen(createApiServer(api, tls), host);
}
