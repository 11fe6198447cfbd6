import { parseRecord, type ClusterRecord, type Host } from '../cluster/record.ts';
import { CLAIM, clusterOf, LABEL } from '../hosts/labels.ts';
import type { World } from './world.ts';

interface Owner {
  readonly cluster: string;
  /** Its record as far as labels may hold it; undefined when it cannot be read. */
  readonly record: ClusterRecord | undefined;
  /** Whether that is this very cluster, and not another of the same name made elsewhere. */
  readonly ours: boolean;
  /** Since when its engine has the claim; ISO 8601 by the engine's own clock. */
  readonly since: string;
}

/** The cluster that a host says it belongs to; undefined when to none, or when it cannot say. */
export async function ownerOf(
  { access, record }: Pick<World, 'access' | 'record'>,
  host: Host,
  signal: AbortSignal,
): Promise<Owner | undefined> {
  const engine = await access.engineIfAny(host);
  const claim = await engine?.findVolume(CLAIM, signal);
  const cluster = claim && clusterOf(claim.Labels);
  if (!claim || cluster === undefined) return undefined;
  const claimed = parseRecord(claim.Labels[LABEL.record] ?? '');
  const ours = cluster === record.spec.name && claimed?.createdAt === record.createdAt;
  return { cluster, record: claimed, ours, since: claim.CreatedAt };
}
