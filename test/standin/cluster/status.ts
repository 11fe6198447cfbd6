import type { Engine } from '../engine/engine.ts';
import { usedCpus, usedMemory } from '../engine/usage.ts';
import { formatBytes } from './sizes.ts';

type StatusLine = [string, string];

/** What one engine contributes to the manager's `/info`. */
export interface EngineReport {
  name: string;
  address: string;
  id: string;
  state: string;
  containers: { running: number; paused: number; stopped: number };
  usedCpus: number;
  totalCpus: number;
  usedMemory: number;
  totalMemory: number;
  labels: Map<string, string>;
  error: string;
  updatedAt: Date;
  version: string;
}

/** The `SystemStatus` of `/info`; clients parse it by its spacing and its box character. */
export function renderStatus(filters: string[], engines: EngineReport[]): StatusLine[] {
  return [
    ['Role', 'primary'],
    ['Strategy', 'spread'],
    ['Filters', filters.join(', ')],
    ['Nodes', String(engines.length)],
    ...engines.toSorted(byNameThenAddress).flatMap(renderEngine),
  ];
}

export function reportEngine(engine: Engine): EngineReport {
  const known = [...engine.inventory.containers.values()];
  const paused = known.filter(({ info }) => info.State.Paused).length;
  const running = known.filter(({ info }) => info.State.Running && !info.State.Paused).length;
  return {
    name: engine.name,
    address: engine.address,
    id: engine.id,
    state: engine.state,
    containers: { running, paused, stopped: known.length - running - paused },
    usedCpus: usedCpus(engine),
    totalCpus: engine.totalCpus,
    usedMemory: usedMemory(engine),
    totalMemory: engine.totalMemory,
    labels: engine.labels,
    error: engine.lastError,
    updatedAt: engine.updatedAt,
    version: engine.version,
  };
}

function renderEngine(engine: EngineReport): StatusLine[] {
  const { running, paused, stopped } = engine.containers;
  const count = String(running + paused + stopped);
  const detail = `${count} (${running} Running, ${paused} Paused, ${stopped} Stopped)`;
  const attributes: StatusLine[] = [
    ['ID', engine.id],
    ['Status', engine.state],
    ['Containers', engine.state === 'Healthy' ? detail : count],
    ['Reserved CPUs', `${engine.usedCpus} / ${engine.totalCpus}`],
    ['Reserved Memory', `${formatBytes(engine.usedMemory)} / ${formatBytes(engine.totalMemory)}`],
    [
      'Labels',
      [...engine.labels]
        .map(([key, value]) => `${key}=${value}`)
        .sort()
        .join(', '),
    ],
    ...(engine.error === '' ? [] : [['Error', engine.error] satisfies StatusLine]),
    ['UpdatedAt', `${engine.updatedAt.toISOString().slice(0, 19)}Z`],
    ['ServerVersion', engine.version],
  ];
  return [
    [` ${engine.name || '(unknown)'}`, engine.address],
    ...attributes.map(([key, value]): StatusLine => [`  └ ${key}`, value]),
  ];
}

function byNameThenAddress(one: EngineReport, other: EngineReport): number {
  const compare = (left: string, right: string) =>
    left.localeCompare(right, 'en', { numeric: true });
  return compare(one.name, other.name) || compare(one.address, other.address);
}
