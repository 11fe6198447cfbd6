import type { Engine } from '../../engine/engine.ts';
import { ofCluster } from '../labels.ts';

/** Everything on an engine that carries a cluster's label, in words. */
export async function leftoversOf(
  outer: Engine,
  cluster: string,
  signal: AbortSignal,
): Promise<string[]> {
  const { containers, volumes, networks } = await find(outer, cluster, signal);
  return [
    ...containers.map(({ Names, Id }) => `container ${Names[0]?.replace(/^\//, '') ?? Id}`).sort(),
    ...volumes.map(({ Name }) => `volume ${Name}`).sort(),
    ...networks.map(({ Name }) => `network ${Name}`).sort(),
  ];
}

/** Removes everything on an engine that carries a cluster's label. */
export async function removeByLabel(
  outer: Engine,
  cluster: string,
  signal: AbortSignal,
): Promise<void> {
  const { containers, volumes, networks } = await find(outer, cluster, signal);
  await Promise.all(containers.map(({ Id }) => outer.removeContainer(Id, signal)));
  await Promise.all([
    ...volumes.map(({ Name }) => outer.removeVolume(Name, signal)),
    ...networks.map(({ Id }) => outer.removeNetwork(Id, signal)),
  ]);
}

async function find(outer: Engine, cluster: string, signal: AbortSignal) {
  const label = ofCluster(cluster);
  const [containers, volumes, networks] = await Promise.all([
    outer.listContainers(label, signal),
    outer.listVolumes(label, signal),
    outer.listNetworks(signal, label),
  ]);
  return { containers, volumes, networks };
}
