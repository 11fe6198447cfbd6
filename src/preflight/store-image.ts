import type { ClusterSpec } from '../cluster/spec.ts';
import type { Discovery } from '../discovery/discovery.ts';
import type { Engine, EngineInfo } from '../engine/engine.ts';
import { RUNTIME_IMAGE, runsOurNode } from '../images/runtime.ts';
import type { ImageSupply } from '../images/supply.ts';
import { limited } from '../util/abort.ts';

/** Without a way out, a registry is not known by its answer but by the lack of one. */
const REGISTRY_DEADLINE = 5000;

interface Place {
  readonly outer: Engine;
  readonly info: Pick<EngineInfo, 'OSType' | 'Architecture'>;
  readonly signal: AbortSignal;
}

/**
 * The image that the store of a new cluster runs from; null when none is deployed. Where the default
 * of a store that needs nothing but Node cannot be had, this machine's own Node takes its place.
 */
export async function chooseStoreImage(
  { images: { store: image } }: ClusterSpec,
  { deployed }: Discovery,
  supply: ImageSupply,
  { outer, info, signal }: Place,
): Promise<string | null> {
  if (!deployed || image === null) return null;
  if (!hasSubstitute(image, deployed) || !runsOurNode(info)) return image;
  if (await supply.localSource(image, signal)) return image;
  try {
    const { auth } = await supply.credentials(image);
    await outer.findInRegistry(image, limited(signal, REGISTRY_DEADLINE), auth);
    return image;
  } catch {
    signal.throwIfAborted();
    return RUNTIME_IMAGE;
  }
}

/** Whether another image may take this one's place; one that the person chose is never replaced. */
export function hasSubstitute(
  image: string,
  deployed: NonNullable<Discovery['deployed']>,
): boolean {
  return deployed.runsOnNode === true && image === deployed.defaultImage;
}
