import { renderTable } from './table.ts';

interface Listed {
  readonly name: string;
  readonly health: string;
  readonly discovery: string | null;
  readonly nodes: number | null;
  readonly manager: string | null;
  readonly createdAt: string | null;
  readonly problem: string;
}

export function renderList(clusters: readonly Listed[]): string {
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
