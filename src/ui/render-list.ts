import type { ListedCluster } from '../health/status.ts';
import { sayExpiry } from './say-expiry.ts';
import { renderTable } from './table.ts';

export function renderList(clusters: readonly ListedCluster[]): string {
  const some = clusters.some(({ expires }) => expires);
  return renderTable(
    [
      ...['NAME', 'HEALTH', 'DISCOVERY', 'NODES', 'MANAGER', 'CREATED'],
      ...(some ? ['EXPIRES'] : []),
      'PROBLEM',
    ],
    clusters.map((cluster) => [
      cluster.name,
      cluster.health,
      cluster.discovery ?? '-',
      cluster.nodes === null ? '-' : String(cluster.nodes),
      cluster.manager ?? '-',
      cluster.createdAt?.replace(/\..*/, 'Z').replace('T', ' ') ?? '-',
      ...(some ? [cluster.expires ? sayExpiry(cluster.expires) : '-'] : []),
      cluster.problem,
    ]),
  );
}
