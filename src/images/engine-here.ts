import { Engine } from '../engine/engine.ts';
import { resolveEndpoint } from '../engine/resolve-endpoint.ts';
import { limited } from '../util/abort.ts';

const ANSWER_DEADLINE = 2000;

/**
 * The engine that the person's docker CLI talks to, which may have copies of images; undefined when
 * none answers. It is the caller's to close.
 */
export async function engineHere(
  env: NodeJS.ProcessEnv,
  home: string,
  signal: AbortSignal,
): Promise<Engine | undefined> {
  let engine: Engine | undefined;
  try {
    engine = new Engine((await resolveEndpoint(env, home)).endpoint);
    const { Version } = await engine.version(limited(signal, ANSWER_DEADLINE));
    // A manager has no images of its own.
    if (!Version.startsWith('swarm/')) return engine;
  } catch {
    signal.throwIfAborted();
  }
  engine?.close();
  return undefined;
}
