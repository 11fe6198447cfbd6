import type { ListedCluster } from '../health/status.ts';
import { renderTable } from './table.ts';

export function renderList(clusters: readonly ListedCluster[]): string {
  return renderTable(
    ['NAME', 'HEALTH', 'DISCOVERY', 'NODES', 'MANAGER', 'CREATED', 'PROBLEM'],
    clusters.map((cluster) => [
      cluster.name,
      cluster.health,
      cluster.discovery ?? '-',
      cluster.nodes === null ? '-' : String(cluster.nodes),
      cluster.manager ?? '-',
      cluster.createdAt?.replace(/\..*/, 'Z').replace('T', ' ') ?? '-',
      cluster.problem,
    ]),
  );
}
