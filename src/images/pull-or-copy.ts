import { createReadStream } from 'node:fs';
import type { Engine } from '../engine/engine.ts';
import { registryOf } from '../engine/registry-auth.ts';
import { SwarmctlError, reasonOf } from '../errors.ts';
import { classOf } from '../util/failure-class.ts';
import type { FoundCredentials } from './credentials.ts';
import { copyProblem, type Nearby } from './copy-problem.ts';

interface Source {
  readonly supply: Nearby & {
    readonly credentials: (image: string) => Promise<FoundCredentials>;
  };
  /** Saves an image on this machine. */
  readonly save: (image: string) => Promise<string>;
  readonly signal: AbortSignal;
}

/**
 * Lets a host's engine pull images, and loads the copies of this machine where that fails. Rejects
 * with all reasons of all images when neither can be done.
 */
export async function pullOrCopyAll(
  engine: Engine,
  images: readonly string[],
  source: Source,
): Promise<void> {
  const ends = await Promise.allSettled(images.map((image) => pullOrCopy(engine, image, source)));
  source.signal.throwIfAborted();
  const failures = ends.flatMap((end) =>
    end.status === 'rejected' ? [end.reason as unknown] : [],
  );
  if (failures.length === 0) return;
  if (failures.length === 1) throw failures[0];
  throw new SwarmctlError('IMAGE', failures.map(reasonOf).join('; '), {
    cause: new AggregateError(failures),
    suggestions: failures.flatMap((error) =>
      error instanceof SwarmctlError ? error.suggestions : [],
    ),
  });
}

async function pullOrCopy(
  engine: Engine,
  image: string,
  { supply, save, signal }: Source,
): Promise<void> {
  const reasons: string[] = [];
  const failures: unknown[] = [];
  const { auth, problem } = await supply.credentials(image);
  try {
    await engine.pullImage(image, signal, auth);
    return;
  } catch (error) {
    signal.throwIfAborted();
    failures.push(error);
    reasons.push(`pulling it failed: ${reasonOf(error)}`);
    if (problem !== undefined) reasons.push(problem);
  }
  try {
    const unfit = await copyProblem(supply, engine, image, signal);
    if (unfit === undefined) {
      await engine.loadImages(createReadStream(await save(image)), signal);
      return;
    }
    reasons.push(unfit);
  } catch (error) {
    signal.throwIfAborted();
    failures.push(error);
    reasons.push(`copying it from this machine failed: ${reasonOf(error)}`);
  }
  throw new SwarmctlError('IMAGE', `image ${image} cannot be had: ${reasons.join('; ')}`, {
    suggestions: waysToHave(image),
    // Either way would do, so it is the one that may pass that counts.
    cause: failures.find((error) => classOf(error) === 'transient') ?? failures[0],
  });
}

/** What a person can do when a host cannot have an image. */
export function waysToHave(image: string): string[] {
  const registry = registryOf(image);
  return [
    `docker login${registry === 'docker.io' ? '' : ` ${registry}`}, if it takes credentials`,
    `docker pull ${image} here, or --image-archive FILE made by docker save: it is copied then`,
  ];
}
