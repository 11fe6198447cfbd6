import type { Host } from '../cluster/record.ts';
import { CLAIM, clusterOf } from '../hosts/labels.ts';
import type { World } from './world.ts';

/** The cluster that a host says it belongs to; undefined when to none, or when it cannot say. */
export async function ownerOf(
  { access }: Pick<World, 'access'>,
  host: Host,
  signal: AbortSignal,
): Promise<string | undefined> {
  const engine = await access.engineIfAny(host);
  const claim = await engine?.findVolume(CLAIM, signal);
  return claim && clusterOf(claim.Labels);
}
