import { randomBytes } from 'node:crypto';
import { readContainerConfig } from '../cluster/config.ts';
import { findNetwork, findVolume, listNetworks } from '../cluster/networks.ts';
import { readJsonBody, sendEmpty, sendJson, type Call } from './context.ts';
import { HttpError } from './errors.ts';
import { Filters } from './filters.ts';

export function listNetworksJson({ api, query, response }: Call): void {
  const filters = Filters.parse(query.get('filters'));
  const found = listNetworks(api.cluster.engines)
    .filter(
      ({ engine, network }) =>
        filters.matches('name', network.Name) &&
        filters.matches('id', network.Id) &&
        filters.matchesExactly('node', engine.name),
    )
    .map(({ engine, network }) =>
      network.Scope === 'local' ? { ...network, Name: `${engine.name}/${network.Name}` } : network,
    );
  sendJson(response, found);
}

export async function inspectNetwork({ api, name, response }: Call): Promise<void> {
  const found = findNetwork(api.cluster.engines, name);
  if (!found) throw new HttpError(404, `No such network: ${name}`);
  const { engine, network } = found;
  sendJson(response, await engine.watchHealth(engine.client.json(`/networks/${network.Id}`)));
}

/** `node/name` makes it on that node; without a driver it is to span nodes. */
export async function createNetwork({ api, request, response }: Call): Promise<void> {
  const body = await readJsonBody(request);
  const [, node, name = ''] =
    /^(?:([^/]*)\/)?(.*)$/s.exec((body['Name'] as string | undefined) ?? '') ?? [];
  const wish = node === undefined ? {} : { Env: [`constraint:node==${node}`] };
  const engine = api.creator.chooseEngine(readContainerConfig(wish));
  const json = { ...body, Name: name, Driver: body['Driver'] || 'overlay' };
  const created = await engine.watchHealth(
    engine.client.json('/networks/create', { method: 'POST', json }),
  );
  await engine.watchHealth(engine.inventory.readNetworks());
  sendJson(response, created, 201);
}

export async function removeNetwork({ api, name, response }: Call): Promise<void> {
  const found = findNetwork(api.cluster.engines, name);
  if (!found) throw new HttpError(404, `No such network ${name}`);
  const { engine, network } = found;
  await engine.watchHealth(engine.client.call(`/networks/${network.Id}`, { method: 'DELETE' }));
  await engine.watchHealth(engine.inventory.readNetworks());
  sendEmpty(response);
}

export function listVolumes({ api, query, response }: Call): void {
  const filters = Filters.parse(query.get('filters'));
  const names = filters.get('name');
  const found = api.cluster.engines.flatMap((engine) =>
    engine.inventory.volumes
      .filter(
        (volume) =>
          (names.length === 0 || names.some((name) => volume.Name.includes(name))) &&
          filters.matchesLabels(volume.Labels ?? {}) &&
          (volume.Driver !== 'local' || filters.matchesExactly('node', engine.name)),
      )
      .map((volume) =>
        volume.Driver === 'local' ? { ...volume, Name: `${engine.name}/${volume.Name}` } : volume,
      ),
  );
  sendJson(response, { Volumes: found.length > 0 ? found : null, Warnings: null });
}

export function inspectVolume({ api, name, response }: Call): void {
  const found = findVolume(api.cluster.engines, name);
  if (!found) throw new HttpError(404, `No such volume: ${name}`);
  sendJson(response, found.volume);
}

/** `node/name` makes it on that node, a plain name on every node. */
export async function createVolume({ api, request, response }: Call): Promise<void> {
  const body = await readJsonBody(request);
  const [, node, name = ''] =
    /^(?:([^/]*)\/)?(.*)$/s.exec((body['Name'] as string | undefined) ?? '') ?? [];
  const wish = { Env: [`constraint:node==${node}`] };
  const engines =
    node === undefined
      ? api.cluster.engines
      : [api.creator.chooseEngine(readContainerConfig(wish))];
  const json = { ...body, Name: name || randomBytes(32).toString('hex') };
  let created: unknown;
  for (const engine of engines) {
    created = await engine.watchHealth(
      engine.client.json('/volumes/create', { method: 'POST', json }),
    );
    await engine.watchHealth(engine.inventory.readVolumes());
  }
  sendJson(response, created, 201);
}

/** Every engine that has it removes it. */
export async function removeVolume({ api, name, response }: Call): Promise<void> {
  const holders = api.cluster.engines.filter((engine) => findVolume([engine], name));
  if (holders.length === 0) throw new HttpError(404, `No such volume ${name}`);
  for (const engine of holders) {
    const path = `/volumes/${encodeURIComponent(findVolume([engine], name)?.volume.Name ?? name)}`;
    await engine.watchHealth(engine.client.call(path, { method: 'DELETE' }));
    await engine.watchHealth(engine.inventory.readVolumes());
  }
  sendEmpty(response);
}
