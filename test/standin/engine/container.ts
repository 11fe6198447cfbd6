import type { Engine } from './engine.ts';
import type { ContainerInspect, ContainerSummary } from './types.ts';

export const SWARM_LABELS = 'com.docker.swarm';
export const SWARM_ID_LABEL = `${SWARM_LABELS}.id`;

/** A container as the manager remembers it. */
export interface Container {
  engine: Engine;
  id: string;
  summary: ContainerSummary;
  info: ContainerInspect;
}

export function containerLabels(container: Container): Record<string, string> {
  return container.info.Config.Labels ?? {};
}

export function swarmId(container: Container): string {
  return containerLabels(container)[SWARM_ID_LABEL] ?? '';
}
