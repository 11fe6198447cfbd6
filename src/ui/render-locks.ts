import { renderTable } from './table.ts';

interface Listed {
  readonly cluster: string;
  readonly pid: number | null;
  readonly machine: string | null;
  readonly since: string | null;
  readonly held: boolean;
}

export function renderLocks(locks: readonly Listed[]): string {
  return renderTable(
    ['CLUSTER', 'PROCESS', 'MACHINE', 'SINCE', 'STATE'],
    locks.map(({ cluster, pid, machine, since, held }) => [
      cluster,
      pid === null ? '-' : String(pid),
      machine ?? '-',
      since ?? '-',
      held ? 'held' : 'left behind',
    ]),
  );
}
