import type { Engine } from './engine.ts';

/** The engine counts CPU shares out of 1024 for all its cores, the manager counts cores. */
export function usedCpus(engine: Engine): number {
  return sum(engine, (config) => Math.trunc(((config.CpuShares ?? 0) * engine.cpus) / 1024));
}

export function usedMemory(engine: Engine): number {
  return sum(engine, (config) => config.Memory ?? 0);
}

function sum(
  engine: Engine,
  read: (config: { CpuShares?: number; Memory?: number }) => number,
): number {
  let total = 0;
  for (const { info } of engine.inventory.containers.values()) total += read(info.HostConfig);
  return total;
}
