import type { ClusterRecord, Host } from '../cluster/record.ts';
import { SwarmctlError } from '../errors.ts';
import { closest } from '../util/closest.ts';
import type { ActionContext } from './context.ts';
import { requireCluster } from './find-cluster.ts';

/** A host of one of this machine's clusters, by the name that it has there. */
export async function findHost(
  name: string,
  cluster: string | undefined,
  context: ActionContext,
): Promise<{ record: ClusterRecord; host: Host }> {
  const records =
    cluster === undefined
      ? (await context.home.list()).flatMap((each) => ('record' in each ? [each.record] : []))
      : [await requireCluster(cluster, context)];
  const found = records.flatMap((record) =>
    record.hosts.filter((host) => host.name === name).map((host) => ({ record, host })),
  );
  const [only, second] = found;
  if (only && !second) return only;
  if (only) {
    const clusters = found.map(({ record }) => record.spec.name).join(', ');
    throw new SwarmctlError('USAGE', `several clusters have a host ${name}: ${clusters}`, {
      suggestions: ['say which one: --cluster NAME'],
    });
  }
  const names = records.flatMap(({ hosts }) => hosts.map((host) => host.name));
  const meant = closest(name, names);
  throw new SwarmctlError(
    'USAGE',
    `there is no host ${name}${meant === undefined ? '' : `; did you mean ${meant}?`}`,
    { suggestions: [names.length === 0 ? 'swarmctl ls' : `hosts are ${names.join(', ')}`] },
  );
}
