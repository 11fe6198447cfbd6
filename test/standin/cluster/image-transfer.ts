import type { Readable } from 'node:stream';
import type { Engine } from '../engine/engine.ts';
import { readJsonLines } from '../engine/lines.ts';
import { splitTag } from './images.ts';

export interface ImageMessage {
  status?: string;
  id?: string;
  error?: string;
  errorDetail?: { message?: string };
  [key: string]: unknown;
}

/** Makes one engine pull; what is no complete reference means `latest`, not all tags. */
export async function pullImage(
  engine: Engine,
  image: string,
  auth: string | undefined,
  onMessage: (message: ImageMessage) => void = () => {},
): Promise<void> {
  const { repository, tag } = splitTag(image);
  const query = new URLSearchParams({ fromImage: repository, tag: tag || 'latest' });
  const response = await engine.watchHealth(
    engine.client.call(`/images/create?${query.toString()}`, {
      method: 'POST',
      headers: auth ? { 'X-Registry-Auth': auth } : {},
    }),
  );
  await followMessages(response, `Failed to load ${image}`, onMessage);
  await engine.watchHealth(engine.inventory.readImages());
}

/** Makes one engine take in a saved image. */
export async function loadArchive(
  engine: Engine,
  archive: Readable,
  onMessage: (message: ImageMessage) => void,
): Promise<void> {
  const response = await engine.watchHealth(
    engine.client.call('/images/load?quiet=0', {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-tar' },
      body: archive,
    }),
  );
  await followMessages(response, 'Failed to load image', onMessage);
  await engine.watchHealth(engine.inventory.readImages());
}

async function followMessages(
  stream: Readable,
  trouble: string,
  onMessage: (message: ImageMessage) => void,
): Promise<void> {
  for await (const message of readJsonLines<ImageMessage>(stream)) {
    if (message.errorDetail) throw new Error(`${trouble}: ${message.errorDetail.message ?? ''}`);
    onMessage(message);
  }
}
