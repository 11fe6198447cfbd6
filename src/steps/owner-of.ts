import type { Host } from '../cluster/record.ts';
import { CLAIM, clusterOf } from '../hosts/labels.ts';
import type { World } from './world.ts';

/** The cluster that a host says it belongs to; undefined when to none, or when it cannot say. */
export async function ownerOf(
  world: Pick<World, 'access'>,
  host: Host,
  signal: AbortSignal,
): Promise<string | undefined> {
  const claim = await claimOn(world, host, signal);
  return claim && clusterOf(claim.Labels);
}

/** The volume by which a host says so. */
export async function claimOn({ access }: Pick<World, 'access'>, host: Host, signal: AbortSignal) {
  const engine = await access.engineIfAny(host);
  return engine?.findVolume(CLAIM, signal);
}
