import type { ClusterStatus } from '../health/status.ts';
import { sayExpiry } from './say-expiry.ts';

interface Created {
  readonly changed: boolean;
  readonly managerUrl: string;
  readonly dockerContext: string | null;
  readonly status: ClusterStatus;
}

/** What a person reads when a cluster is there, and how to go on. */
export function renderCreated(
  { changed, managerUrl, dockerContext, status }: Created,
  bin: string,
): string {
  const { name, nodes, manager } = status;
  if (status.health !== 'healthy') {
    return [`Cluster ${name} is there, but ${status.health}:`, ...status.problems].join('\n  ');
  }
  if (!changed) return `Nothing to do: cluster ${name} is as asked for and healthy.`;
  return [
    `Cluster ${name} is healthy: ${nodes.length === 1 ? '1 node' : `${String(nodes.length)} nodes`}, manager ${manager.version ?? ''} at ${managerUrl}`,
    ...(manager.standIn
      ? ['Its manager is a stand-in for trying things out, not Docker Swarm.']
      : []),
    ...(status.expires ? [`It expires ${sayExpiry(status.expires)}: ${bin} gc`] : []),
    '',
    `  eval "$(${bin} env ${name})"   point docker at it`,
    ...(dockerContext === null ? [] : [`  docker --context ${dockerContext} ps`]),
    `  ${bin} status ${name}`,
    `  ${bin} destroy ${name}`,
  ].join('\n');
}
