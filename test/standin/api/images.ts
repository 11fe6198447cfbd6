import { joinTag, matchesImage } from '../cluster/images.ts';
import { loadArchive, pullImage, type ImageMessage } from '../cluster/image-transfer.ts';
import type { Engine } from '../engine/engine.ts';
import type { ImageSummary } from '../engine/types.ts';
import { isTrue, sendJson, type Call } from './context.ts';
import { HttpError } from './errors.ts';
import { Filters } from './filters.ts';
import { proxy } from './proxy.ts';

export function listImages({ api, query, response }: Call): void {
  const filters = Filters.parse(query.get('filters'));
  const references = [...filters.get('reference'), query.get('filter') ?? ''].filter(Boolean);
  const byId = new Map<string, ImageSummary>();
  for (const engine of api.cluster.engines) {
    if (!filters.matchesExactly('node', engine.name)) continue;
    for (const image of engine.inventory.images) {
      if (!isTrue(query, 'all') && !isNamed(image)) continue;
      if (!filters.matchesLabels(image.Labels ?? {})) continue;
      if (references.length > 0 && !references.some((name) => matchesImage(image, name))) continue;
      byId.set(image.Id, merge(byId.get(image.Id), image));
    }
  }
  sendJson(
    response,
    [...byId.values()].sort((one, other) => other.Created - one.Created),
  );
}

/** The first engine that has it answers. */
export async function proxyImage(call: Call): Promise<void> {
  await proxy(call, requireImageEngine(call));
}

export async function createImage(call: Call): Promise<void> {
  const { query, request } = call;
  const fromImage = query.get('fromImage') ?? '';
  if (fromImage === '') throw new HttpError(501, 'Not supported by this stand-in.');
  const image = joinTag(fromImage, query.get('tag') ?? '');
  const auth = request.headers['x-registry-auth'];
  await onEveryEngine(call, `Pulling ${image}...`, (engine, onMessage) =>
    pullImage(engine, image, typeof auth === 'string' ? auth : undefined, onMessage),
  );
}

/** Loads the same archive into every engine. */
export async function loadImage(call: Call): Promise<void> {
  await onEveryEngine(call, 'Loading Image...', (engine, onMessage) =>
    loadArchive(engine, call.request, onMessage),
  );
}

/** Streams what the engines say while they all do the same; any failure ends it as an error. */
async function onEveryEngine(
  { api, response }: Call,
  label: string,
  work: (engine: Engine, onMessage: (message: ImageMessage) => void) => Promise<void>,
): Promise<void> {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  const send = (message: object) => response.write(`${JSON.stringify(message)}\n`);
  const failures = await Promise.all(
    api.cluster.engines.map(async (engine) => {
      const say = ({ status, ...rest }: ImageMessage) =>
        send({ ...rest, status: label + (status ? ` : ${status}` : ''), id: engine.name });
      say({});
      try {
        await work(engine, say);
        say({});
        return [];
      } catch (error) {
        const { message } = error as Error;
        say({ status: message });
        return [message];
      }
    }),
  );
  const message = failures.flat().at(-1);
  if (message !== undefined) send({ error: message, errorDetail: { code: 1, message } });
  response.end();
}

export async function removeImage({ api, name, query, response }: Call): Promise<void> {
  const removed: unknown[] = [];
  const failures: string[] = [];
  const force = isTrue(query, 'force') ? '?force=1' : '';
  for (const engine of api.cluster.engines) {
    if (!engine.inventory.images.some((image) => matchesImage(image, name))) continue;
    try {
      const path = `/images/${encodeURI(name)}${force}`;
      removed.push(
        ...(await engine.watchHealth(engine.client.json<unknown[]>(path, { method: 'DELETE' }))),
      );
    } catch (error) {
      failures.push(`${engine.name}: ${(error as Error).message}`);
    }
    await engine.watchHealth(engine.inventory.readImages());
  }
  if (failures.length > 0) throw new HttpError(500, failures.join('\n'));
  if (removed.length === 0) throw new HttpError(404, `No such image ${name}`);
  sendJson(response, removed);
}

function requireImageEngine({ api, name }: Call): Engine {
  const engine = api.cluster.engines.find(({ inventory }) =>
    inventory.images.some((image) => matchesImage(image, name)),
  );
  if (!engine) throw new HttpError(404, `No such image: ${name}`);
  return engine;
}

function isNamed({ RepoTags, RepoDigests }: ImageSummary): boolean {
  return (
    (!!RepoTags?.length && RepoTags[0] !== '<none>:<none>') ||
    (!!RepoDigests?.length && RepoDigests[0] !== '<none>@<none>')
  );
}

function merge(known: ImageSummary | undefined, image: ImageSummary): ImageSummary {
  const union = (key: 'RepoTags' | 'RepoDigests') => [
    ...new Set([...(known?.[key] ?? []), ...(image[key] ?? [])]),
  ];
  return { ...(known ?? image), RepoTags: union('RepoTags'), RepoDigests: union('RepoDigests') };
}
