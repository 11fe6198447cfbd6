import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Engine } from '../engine/engine.ts';
import { digest } from '../util/digest.ts';
import { once } from '../util/once.ts';
import { isRuntimeImage, writeRuntimeArchive } from './runtime.ts';

/** Images in files on this machine, each saved once for all hosts. */
export class SavedImages {
  readonly #engineWith: (image: string) => Promise<Engine>;
  readonly #signal: AbortSignal;
  readonly #folder: () => Promise<string>;
  readonly #saved = new Map<string, () => Promise<string>>();

  /** `engineWith` makes an image present on an engine; files are in a folder below `scratch`. */
  constructor(
    engineWith: (image: string) => Promise<Engine>,
    scratch: string,
    signal: AbortSignal,
  ) {
    this.#engineWith = engineWith;
    this.#signal = signal;
    this.#folder = once(() => mkdtemp(path.join(scratch, 'images-')));
  }

  /** A file as `docker save` writes it. */
  file(image: string): Promise<string> {
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
    const engine = await this.#engineWith(image);
    const file = path.join(await this.#folder(), `${digest(image)}.tar`);
    const stream = await engine.saveImage(image, this.#signal);
    await pipeline(stream, createWriteStream(file, { mode: 0o600 }), { signal: this.#signal });
    return file;
  }

  /** Removes the files. */
  async dispose(): Promise<void> {
    if (this.#saved.size > 0) await rm(await this.#folder(), { recursive: true, force: true });
  }
}
