import type { Engine } from '../engine/engine.ts';
import type { NetworkResource, Volume } from '../engine/types.ts';

interface FoundNetwork {
  engine: Engine;
  network: NetworkResource;
}

export function listNetworks(engines: readonly Engine[]): FoundNetwork[] {
  return engines.flatMap((engine) =>
    engine.inventory.networks.map((network) => ({ engine, network })),
  );
}

/** By ID, or by a name or `node/name` or prefix that only one network has. */
export function findNetwork(
  engines: readonly Engine[],
  idOrName: string,
): FoundNetwork | undefined {
  if (idOrName === '') return undefined;
  // A network that spans nodes is listed by each of them.
  const unique = new Map(listNetworks(engines).map((found) => [found.network.Id, found]));
  const all = [...unique.values()];
  const exact =
    unique.get(idOrName) ?? all.find(({ network }) => network.Id.slice(0, 12) === idOrName);
  if (exact) return exact;
  const named = all.filter(({ engine, network }) =>
    [network.Name, `${engine.name}/${network.Name}`, `${engine.id}/${network.Name}`].includes(
      idOrName,
    ),
  );
  if (named.length > 0) return named.length === 1 ? named[0] : undefined;
  const prefixed = all.filter(({ network }) => network.Id.startsWith(idOrName));
  return prefixed.length === 1 ? prefixed[0] : undefined;
}

export function findVolume(
  engines: readonly Engine[],
  name: string,
): { engine: Engine; volume: Volume } | undefined {
  const found = engines.flatMap((engine) =>
    engine.inventory.volumes
      .filter((volume) => volume.Name === name || `${engine.name}/${volume.Name}` === name)
      .map((volume) => ({ engine, volume })),
  );
  return found.length === 1 ? found[0] : undefined;
}
