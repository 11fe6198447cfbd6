import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Engine } from '../engine/engine.ts';
import { digest } from '../util/digest.ts';
import { once } from '../util/once.ts';
import { isRuntimeImage, writeRuntimeArchive } from './runtime.ts';
import { familiarName, type ImageArchive } from './archive.ts';

/**
 * Where the images of a cluster come from: an archive the person gave, else the outer engine,
 * else, once and by the outer engine, a registry. Nothing is fetched twice.
 */
export class ImageSupply {
  readonly #outer: Engine;
  readonly #archives: readonly ImageArchive[];
  readonly #signal: AbortSignal;
  readonly #saved = new Map<string, () => Promise<string>>();
  readonly #folder: () => Promise<string>;

  /** Images are saved on the way in a folder below `scratch`; `dispose` removes it. */
  constructor(
    outer: Engine,
    archives: readonly ImageArchive[],
    signal: AbortSignal,
    scratch: string = tmpdir(),
  ) {
    this.#folder = once(() => mkdtemp(path.join(scratch, 'images-')));
    this.#outer = outer;
    this.#archives = archives;
    this.#signal = signal;
  }

  /** Images in the archives besides `known`: the person's own, for every node. */
  extras(known: readonly string[]): string[] {
    const names = new Set(known.map(familiarName));
    const all = this.#archives.flatMap(({ images }) => images);
    return [...new Set(all)].filter((image) => !names.has(familiarName(image)));
  }

  #archiveWith(image: string): string | undefined {
    const name = familiarName(image);
    return this.#archives.find(({ images }) => images.map(familiarName).includes(name))?.file;
  }

  /** Where an image is to be had without a registry; undefined when it must be pulled. */
  async localSource(image: string, signal: AbortSignal): Promise<'archive' | 'engine' | undefined> {
    if (this.#archiveWith(image) !== undefined) return 'archive';
    return (await this.#outer.findImage(image, signal)) ? 'engine' : undefined;
  }

  /** Makes an image present on the outer engine. */
  async bringToOuter(image: string, signal: AbortSignal): Promise<void> {
    if (await this.#outer.findImage(image, signal)) return;
    const file = this.#archiveWith(image);
    if (file === undefined) await this.#outer.pullImage(image, signal);
    else await this.#outer.loadImages(createReadStream(file), signal);
  }

  /** Makes images present on a host's engine, reading every archive at most once. */
  async bringTo(engine: Engine, images: readonly string[], signal: AbortSignal): Promise<void> {
    const files = new Set<string>();
    for (const image of await this.missing(engine, images, signal)) {
      files.add(await this.#fileWith(image));
    }
    for (const file of files) await engine.loadImages(createReadStream(file), signal);
  }

  /** Those of the images that an engine lacks. */
  async missing(engine: Engine, images: readonly string[], signal: AbortSignal): Promise<string[]> {
    const found = await Promise.all(images.map((image) => engine.findImage(image, signal)));
    return images.filter((_image, index) => found[index] === undefined);
  }

  /** Begins to fetch images that hosts will ask for, so that they are there when hosts answer. */
  prefetch(images: readonly string[]): void {
    for (const image of images) this.#fileWith(image).catch(() => undefined);
  }

  /** A file with the image; one of the outer engine's is saved once for all hosts. */
  #fileWith(image: string): Promise<string> {
    const given = this.#archiveWith(image);
    if (given !== undefined) return Promise.resolve(given);
    let saving = this.#saved.get(image);
    if (!saving) {
      saving = once(() => this.#save(image));
      this.#saved.set(image, saving);
    }
    return saving();
  }

  async #save(image: string): Promise<string> {
    if (isRuntimeImage(image)) {
      const runtime = path.join(await this.#folder(), 'runtime.tar');
      await writeRuntimeArchive(runtime, image);
      return runtime;
    }
    await this.bringToOuter(image, this.#signal);
    const file = path.join(await this.#folder(), `${digest(image)}.tar`);
    const stream = await this.#outer.saveImage(image, this.#signal);
    await pipeline(stream, createWriteStream(file, { mode: 0o600 }), { signal: this.#signal });
    return file;
  }

  /** Removes what was saved on the way. */
  async dispose(): Promise<void> {
    if (this.#saved.size > 0) await rm(await this.#folder(), { recursive: true, force: true });
  }
}
