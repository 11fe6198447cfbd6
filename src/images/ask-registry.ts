import type { Engine } from '../engine/engine.ts';
import { EngineError } from '../engine/engine-error.ts';
import { registryOf } from '../engine/registry-auth.ts';
import { reasonOf } from '../errors.ts';
import { limited } from '../util/abort.ts';

/**
 * `no`: a pull would fail likewise, as far as one can know. `unknown`: the engine cannot say (it is
 * too old, or the question went another way than a pull would), so that only a pull tells.
 */
type RegistryAnswer =
  { readonly says: 'yes' } | { readonly says: 'no' | 'unknown'; readonly reason: string };

/** Without a way out, a registry is not known by its answer but by the lack of one. */
const DEADLINE = 15_000;

/** Of engines before API 1.30, which do not know the question. */
const NO_SUCH_PAGE = 'page not found';

/** Words of a registry that knows who asks, or wants to; engines give them many a status. */
const NO_ENTRY = /no basic auth credentials|unauthorized|authentication required|\bdenied: /i;

/** Words of an engine that did not come as far as to ask. */
const NO_WAY =
  /dial tcp|lookup |no such host|connection refused|timeout|deadline exceeded|unreachable|no route|x509|certificate|HTTP response to HTTPS/i;

/** Asks the registry of an image for it by way of an engine (`/distribution`). */
export async function askRegistry(
  engine: Engine,
  image: string,
  auth: string | undefined,
  signal: AbortSignal,
): Promise<RegistryAnswer> {
  try {
    await engine.findInRegistry(image, limited(signal, DEADLINE), auth);
    return { says: 'yes' };
  } catch (error) {
    signal.throwIfAborted();
    const reason = reasonOf(error);
    const decided = isDecided(error, reason) && !(await goesToMirrors(engine, image, signal));
    return { says: decided ? 'no' : 'unknown', reason };
  }
}

function isDecided(error: unknown, reason: string): boolean {
  if (!(error instanceof EngineError)) return true;
  // No answer of the engine itself: that is for others to find and to tell.
  if (error.status === undefined) return false;
  if (error.status === 404) return !reason.includes(NO_SUCH_PAGE);
  return NO_ENTRY.test(reason) || NO_WAY.test(reason) || [401, 403].includes(error.status);
}

/** Old engines ask a mirror of Docker Hub alone; a pull goes on to Docker Hub. */
async function goesToMirrors(engine: Engine, image: string, signal: AbortSignal): Promise<boolean> {
  if (registryOf(image) !== 'docker.io') return false;
  const { RegistryConfig: config } = await engine.info(signal);
  return (config?.Mirrors ?? []).length > 0;
}
