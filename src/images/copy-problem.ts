import type { Engine } from '../engine/engine.ts';
import { isFor } from './architecture.ts';

/** An engine near this machine that may hold copies. */
export interface Nearby {
  readonly near: () => Promise<Engine | undefined>;
}

/** Why this machine has no copy of an image that a host could run; undefined when it has one. */
export async function copyProblem(
  supply: Nearby,
  engine: Engine,
  image: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  // What is saved by a digest is loaded without any name.
  if (image.includes('@')) return 'a copy of it would not keep its digest';
  const copy = await (await supply.near())?.findImage(image, signal);
  if (!copy) return 'this machine has no copy of it';
  const { Architecture: kernel } = await engine.info(signal);
  if (isFor(kernel, copy.Architecture)) return undefined;
  return `the copy on this machine is for ${copy.Architecture}, not for ${kernel}`;
}
