import type { ListedCluster } from '../health/status.ts';
import { renderEach } from './go-template.ts';
import { sayExpiry } from './say-expiry.ts';
import { renderTable } from './table.ts';

/** Clusters as a table, or as a template says. */
export function renderList(clusters: readonly ListedCluster[], format?: string): string {
  if (format !== undefined) {
    const each = renderEach(format, clusters);
    return 'lines' in each ? each.lines.join('\n') : renderTable(each.header, each.rows);
  }
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
