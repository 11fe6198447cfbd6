import { createReadStream } from 'node:fs';
import { tmpdir } from 'node:os';
import type { Engine } from '../engine/engine.ts';
import { reasonOf } from '../errors.ts';
import { once } from '../util/once.ts';
import { familiarName, type ImageArchive } from './archive.ts';
import { oncePerRegistry, type FindCredentials, type FoundCredentials } from './credentials.ts';
import { pullOrCopyAll } from './pull-or-copy.ts';
import { isRuntimeImage } from './runtime.ts';
import { SavedImages } from './saved-images.ts';

export interface SupplyOptions {
  /** The engine that holds local hosts; undefined when there are none. */
  readonly outer: Engine | undefined;
  /** Without an outer engine, one of this machine that may have copies; closed with the supply. */
  readonly here?: () => Promise<Engine | undefined>;
  readonly archives: readonly ImageArchive[];
  readonly auth: FindCredentials;
  readonly signal: AbortSignal;
  /** Images are saved on the way in a folder below it; `dispose` removes that. */
  readonly scratch?: string;
}

/**
 * Where the images of a cluster come from: an archive the person gave, else for local hosts the
 * outer engine, which pulls once for all, and for others the registry their own engines reach.
 */
export class ImageSupply {
  readonly #outer: Engine | undefined;
  readonly #here: () => Promise<Engine | undefined>;
  #opened: Engine | undefined;
  readonly #archives: readonly ImageArchive[];
  readonly #saved: SavedImages;
  /** The person's credentials for the registry of an image. */
  readonly credentials: (image: string) => Promise<FoundCredentials>;

  constructor({ outer, here, archives, auth, signal, scratch = tmpdir() }: SupplyOptions) {
    this.#outer = outer;
    this.#here = once(async () => (this.#opened = await here?.()));
    this.#archives = archives;
    this.credentials = oncePerRegistry(auth);
    this.#saved = new SavedImages((image) => this.#engineWith(image, signal), scratch, signal);
  }

  /** Images in the archives besides `known`: the person's own, for every node. */
  extras(known: readonly string[]): string[] {
    const names = new Set(known.map(familiarName));
    const all = this.#archives.flatMap(({ images }) => images);
    return [...new Set(all)].filter((image) => !names.has(familiarName(image)));
  }

  /** Whether one of the archives holds an image. */
  isInArchive(image: string): boolean {
    return this.#archiveWith(image) !== undefined;
  }

  #archiveWith(image: string): ImageArchive | undefined {
    const name = familiarName(image);
    return this.#archives.find(({ images }) => images.map(familiarName).includes(name));
  }

  /** The engine near this machine that holds copies; undefined when there is none. */
  async near(): Promise<Engine | undefined> {
    return this.#outer ?? (await this.#here());
  }

  /** Where an image is to be had without a registry; undefined when it must be pulled. */
  async localSource(image: string, signal: AbortSignal): Promise<'archive' | 'engine' | undefined> {
    if (this.#archiveWith(image) !== undefined) return 'archive';
    return (await (await this.near())?.findImage(image, signal)) ? 'engine' : undefined;
  }

  /** Makes an image present on the outer engine. */
  async bringToOuter(image: string, signal: AbortSignal): Promise<void> {
    await this.#engineWith(image, signal);
  }

  async #engineWith(image: string, signal: AbortSignal): Promise<Engine> {
    const engine = await this.near();
    if (!engine) throw new Error(`there is no engine on this machine to get ${image} from`);
    if (await engine.findImage(image, signal)) return engine;
    const archive = this.#archiveWith(image);
    if (archive) await engine.loadImages(createReadStream(archive.file), signal);
    else {
      const { auth, problem } = await this.credentials(image);
      await engine.pullImage(image, signal, auth).catch((error: unknown) => {
        signal.throwIfAborted();
        if (problem === undefined) throw error;
        throw new Error(`${reasonOf(error)} (${problem})`, { cause: error });
      });
    }
    return engine;
  }

  /**
   * Makes images present on a host's engine and returns the names of those that were not, including
   * what else came with their archives. `pulls`: the engine reaches registries itself, and only what
   * it cannot get is copied. An archive is read once per host, not once for all: of the 3 s in which
   * 100 MB got into three hosts, reading them takes 0.2, and so no host waits for a slower one.
   */
  async bringTo(
    engine: Engine,
    images: readonly string[],
    signal: AbortSignal,
    { pulls }: { readonly pulls: boolean } = { pulls: false },
  ): Promise<string[]> {
    const wanted = await this.missing(engine, images, signal);
    const toPull = wanted.filter(
      (image) => pulls && !this.#archiveWith(image) && !isRuntimeImage(image),
    );
    const toLoad = wanted.filter((image) => !toPull.includes(image));
    const files = new Set(await Promise.all(toLoad.map((image) => this.#fileWith(image))));
    const inArchives = new Set(toLoad.flatMap((image) => this.#archiveWith(image)?.images ?? []));
    const alongside = await this.missing(engine, [...inArchives], signal);
    const save = (image: string) => this.#fileWith(image);
    const pulling = pullOrCopyAll(engine, toPull, { supply: this, save, signal });
    // Also when an archive fails first, and nobody waits for it any more.
    pulling.catch(() => undefined);
    for (const file of files) await engine.loadImages(createReadStream(file), signal);
    await pulling;
    const names = new Set(wanted.map(familiarName));
    return [...wanted, ...alongside.filter((image) => !names.has(familiarName(image)))];
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
  async #fileWith(image: string): Promise<string> {
    return this.#archiveWith(image)?.file ?? this.#saved.file(image);
  }

  /** Removes what was saved on the way. */
  async dispose(): Promise<void> {
    this.#opened?.close();
    await this.#saved.dispose();
  }
}
