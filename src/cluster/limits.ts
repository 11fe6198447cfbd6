/**
 * Nodes of one cluster: the hosts share a /24 and the manager's 2 N + 10 file descriptors must
 * stay well below the 1024 that an engine without CAP_SYS_RESOURCE grants.
 */
export const MAX_NODES = 100;

/** A host's name is NAME-100 at the longest and must be a DNS label of a readable length. */
export const MAX_NAME_LENGTH = 40;

export const ENGINE_PORT = 2376;
export const MANAGER_PORT = 3376;

/** API versions that swarm 1.2.9 speaks to engines and that it offers to clients. */
export const SWARM_ENGINE_API = '1.31';
export const SWARM_CLIENT_API = '1.30';

/** What an engine speaks at the least that does not say so. */
export const OLDEST_API = '1.12';

/** How agents register, in seconds: the TTL of three heartbeats forgives two that are lost. */
export const AGENT_HEARTBEAT = 20;
export const AGENT_TTL = 60;

/** Orders API versions such as `1.9` and `1.31`. */
export function compareApi(a: string, b: string): number {
  const [aMajor = 0, aMinor = 0] = a.split('.').map(Number);
  const [bMajor = 0, bMinor = 0] = b.split('.').map(Number);
  return aMajor - bMajor || aMinor - bMinor;
}
