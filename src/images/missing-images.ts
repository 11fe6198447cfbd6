import type { Engine } from '../engine/engine.ts';
import { registryOf } from '../engine/registry-auth.ts';
import { reasonOf } from '../errors.ts';
import { askRegistry } from './ask-registry.ts';
import { copyProblem } from './copy-problem.ts';
import { waysToHave } from './pull-or-copy.ts';
import { isRuntimeImage, runsOurNode } from './runtime.ts';
import type { ImageSupply } from './supply.ts';

/** An engine that pulls by itself. */
interface PullingEngine {
  /** Of its host. */
  readonly name: string;
  readonly engine: Engine;
  /** Its mirrors and insecure registries are yet to be set: what it cannot get now it may get then. */
  readonly unsettled?: boolean;
}

interface ImageFinding {
  readonly host: string;
  readonly image: string;
  readonly problem: string;
  readonly fix: string;
}

/**
 * The images that hosts will not be able to have: neither present, nor in an archive, nor in their
 * registry as their engine sees it, nor on this machine. Nothing is fetched to find out.
 */
export async function missingImages(
  supply: ImageSupply,
  engines: readonly PullingEngine[],
  images: readonly string[],
  signal: AbortSignal,
): Promise<ImageFinding[]> {
  const asked = engines.flatMap((each) =>
    images.map(async (image) => {
      const found = await problemOf(supply, each, image, signal).catch((error: unknown) => {
        signal.throwIfAborted();
        return {
          problem: `image ${image} could not be looked for: ${reasonOf(error)}`,
          fix: `docker -H ${each.engine.url} version`,
        };
      });
      return found ? [{ host: each.name, image, ...found }] : [];
    }),
  );
  return (await Promise.all(asked)).flat();
}

async function problemOf(
  supply: ImageSupply,
  { name, engine, unsettled }: PullingEngine,
  image: string,
  signal: AbortSignal,
): Promise<Pick<ImageFinding, 'problem' | 'fix'> | undefined> {
  if (await engine.findImage(image, signal)) return undefined;
  if (supply.isInArchive(image)) return undefined;
  if (isRuntimeImage(image)) {
    if (runsOurNode(await engine.info(signal))) return undefined;
    const problem = `image ${image} is made of this machine's Node, which ${name} cannot run`;
    return { problem, fix: '--token-image with an image of Node that it can run' };
  }
  const { auth, problem: unread } = await supply.credentials(image);
  const answer = await askRegistry(engine, image, auth, signal);
  if (answer.says === 'yes') return undefined;
  if (answer.says === 'unknown' || unsettled) return undefined;
  const noCopy = await copyProblem(supply, engine, image, signal);
  if (noCopy === undefined) return undefined;
  const reasons = [
    `the engine of ${name} cannot get it from ${registryOf(image)}: ${answer.reason}`,
    ...(unread === undefined ? [] : [unread]),
    noCopy,
  ];
  return { problem: `image ${image}: ${reasons.join('; ')}`, fix: waysToHave(image).join('; or ') };
}
