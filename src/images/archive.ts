import { createReadStream } from 'node:fs';
import { json } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';

/** A `docker save` archive and the names of the images in it. */
export interface ImageArchive {
  readonly file: string;
  readonly images: readonly string[];
}

/** Reads the names in a `docker save` archive; rejects with a sentence when it is not one. */
export async function readArchive(file: string): Promise<ImageArchive> {
  let manifest: unknown;
  const unpack = extract();
  const reading = pipeline(createReadStream(file), unpack);
  try {
    for await (const entry of unpack) {
      if (entry.header.name === 'manifest.json') manifest = await json(entry);
      else entry.resume();
    }
    await reading;
  } catch (error) {
    reading.catch(() => undefined);
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new Error(`${file} does not exist`);
    if (code === 'EACCES' || code === 'EISDIR')
      throw new Error(`${file} cannot be read: ${message}`);
    throw new Error(`${file} is not an archive made by docker save: ${message}`);
  }
  if (!Array.isArray(manifest)) {
    throw new Error(`${file} is not an archive made by docker save: it has no manifest.json`);
  }
  const images = (manifest as { RepoTags?: string[] | null }[]).flatMap(
    ({ RepoTags }) => RepoTags ?? [],
  );
  if (images.length === 0) {
    throw new Error(`${file} names no image: save by name (docker save swarm:1.2.9), not by ID`);
  }
  return { file, images };
}

/** `swarm` and `docker.io/library/swarm:latest` are the same image: the form in archives. */
export function familiarName(image: string): string {
  const short = image.replace(/^docker\.io\//, '').replace(/^library\//, '');
  return /:[^/]+$/.test(short) ? short : `${short}:latest`;
}
