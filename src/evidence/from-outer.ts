import type { Engine } from '../engine/engine.ts';
import { LABEL, ofCluster } from '../hosts/labels.ts';
import { fileName, type Collection } from './collection.ts';
import { fromEngine, LINES } from './from-engine.ts';

/** Of the engine that holds local hosts: what carries the cluster's label, known by that alone. */
export async function fromOuter(
  into: Collection,
  outer: Engine,
  cluster: string,
  signal: AbortSignal,
): Promise<void> {
  const folder = 'engine-of-local-hosts';
  if (!(await fromEngine(into, () => Promise.resolve(outer), { folder, signal }))) return;
  const label = ofCluster(cluster);
  await Promise.all([
    into.put(`${folder}/networks.json`, { what: 'its networks', signal }, () =>
      outer.listNetworks(signal, label),
    ),
    into.put(`${folder}/volumes.json`, { what: 'its volumes', signal }, () =>
      outer.listVolumes(label, signal),
    ),
    hostContainers(into, outer, label, signal),
  ]);
}

/** A local host's container: its log is that of the host's dockerd. */
async function hostContainers(
  into: Collection,
  outer: Engine,
  label: string,
  signal: AbortSignal,
): Promise<void> {
  const what = "the hosts' containers";
  const found = await into.ask({ what, signal }, () => outer.listContainers(label, signal));
  await Promise.all(
    (found ?? []).map(async ({ Id, Labels }) => {
      const host = Labels[LABEL.host] ?? Id.slice(0, 12);
      const folder = `hosts/${fileName(host)}`;
      await Promise.all([
        into.put(`${folder}/host-container.json`, { host, what: 'its container', signal }, () =>
          outer.findContainer(Id, signal),
        ),
        into.put(`${folder}/dockerd.log`, { host, what: 'the log of dockerd', signal }, () =>
          outer.logTail(Id, LINES, signal),
        ),
      ]);
    }),
  );
}
