import type { ClusterStatus, HostStatus } from '../health/status.ts';
import { sayExpiry } from './say-expiry.ts';
import { renderTable } from './table.ts';

/** A cluster's status as a person reads it. */
export function renderStatus(status: ClusterStatus): string {
  const { manager, discovery, master, nodes } = status;
  const lines = [
    `Cluster    ${status.name}: ${status.health}`,
    `Manager    ${manager.url}  ${manager.version ?? 'down'}${manager.strategy === null ? '' : `  strategy ${manager.strategy}`}`,
    ...(manager.standIn ? ['           a stand-in for trying things out, not Docker Swarm'] : []),
    `Discovery  ${discovery.url}  ${discovery.version ?? 'down'}  members ${String(discovery.members.length)}`,
    ...(status.expires ? [`Expires    ${sayExpiry(status.expires)}`] : []),
    '',
    renderTable(
      ['HOST', 'ADDRESS', 'ROLE', 'STATUS', 'ENGINE', 'CONTAINERS', 'CERT DAYS'],
      [...(master ? [master] : []), ...nodes].map(row),
    ),
  ];
  if (status.problems.length > 0) {
    lines.push('', 'Problems', ...status.problems.map((problem) => `  ${problem}`));
  }
  return lines.join('\n');
}

function row(host: HostStatus): string[] {
  const number = (value: number | null) => (value === null ? '-' : String(value));
  return [
    host.name,
    host.address,
    host.role,
    host.status,
    host.engineVersion ?? '-',
    number(host.containers),
    number(host.certificateDaysLeft),
  ];
}
