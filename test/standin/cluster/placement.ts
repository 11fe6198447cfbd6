import type { PortMap } from '../engine/types.ts';
import type { ContainerConfig } from './config.ts';
import { filters } from './filters.ts';

/** A container as far as placing others depends on it; one being created has no ID yet. */
export interface PlacedContainer {
  id: string;
  swarmId: string;
  name: string;
  labels: Record<string, string>;
  networkMode: string;
  exposedPorts: string[];
  /** Ports asked for and, once it runs, ports it got. */
  ports: PortMap[];
}

export interface PlacementNode {
  id: string;
  name: string;
  labels: Map<string, string>;
  healthIndicator: number;
  containers: PlacedContainer[];
  /** IDs, tags and bare repository names of the images it has. */
  images: string[];
  usedCpus: number;
  totalCpus: number;
  usedMemory: number;
  totalMemory: number;
}

/** The best node for a container; soft wishes are dropped if they leave none. */
export function chooseNode(
  nodes: readonly PlacementNode[],
  config: ContainerConfig,
  filterNames: readonly string[],
): PlacementNode {
  try {
    return choose(nodes, config, filterNames, true);
  } catch {
    return choose(nodes, config, filterNames, false);
  }
}

function choose(
  nodes: readonly PlacementNode[],
  config: ContainerConfig,
  filterNames: readonly string[],
  withSoft: boolean,
): PlacementNode {
  let candidates = [...nodes];
  const wishes: string[] = [];
  for (const name of filterNames) {
    const filter = filters[name];
    if (!filter) continue;
    try {
      candidates = filter.keep(candidates, config, withSoft);
    } catch (error) {
      wishes.push(`\nerror from ${name} filter: ${(error as Error).message}`);
      throw unsatisfied(wishes);
    }
    const described = filter.describe(config);
    if (described.length > 0) wishes.push(`\n[${described.join(' ')}]`);
    if (candidates.length > 0) continue;
    throw name === 'health'
      ? new Error('No healthy node available in the cluster')
      : unsatisfied(wishes);
  }
  return spread(candidates, config);
}

function unsatisfied(wishes: string[]): Error {
  return new Error(
    `Unable to find a node that satisfies the following conditions ${wishes.join('')}`,
  );
}

/** Health outweighs load, load outweighs the number of containers, and names break the tie. */
function spread(nodes: PlacementNode[], config: ContainerConfig): PlacementNode {
  const cpus = config.HostConfig.CpuShares ?? 0;
  const memory = config.HostConfig.Memory ?? 0;
  const score = (used: number, wanted: number, total: number) =>
    wanted > 0 ? Math.trunc(((used + wanted) * 100) / total) : 100;
  const [best] = nodes
    .filter((node) => node.totalMemory >= memory && node.totalCpus >= cpus)
    .map((node) => ({
      node,
      cpu: score(node.usedCpus, cpus, node.totalCpus),
      memory: score(node.usedMemory, memory, node.totalMemory),
    }))
    .filter((entry) => entry.cpu <= 100 && entry.memory <= 100)
    .sort(
      (one, other) =>
        one.cpu +
          one.memory -
          10 * one.node.healthIndicator -
          (other.cpu + other.memory - 10 * other.node.healthIndicator) ||
        one.node.containers.length - other.node.containers.length ||
        one.node.name.localeCompare(other.node.name, 'en', { numeric: true }),
    );
  if (!best) throw new Error('no resources available to schedule container');
  return best.node;
}
