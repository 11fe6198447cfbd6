import { registryOf } from '../engine/registry-auth.ts';
import { reasonOf } from '../errors.ts';
import { once } from '../util/once.ts';

/** The value of `X-Registry-Auth` for the registry of an image; undefined when there is none. */
export type FindCredentials = (image: string) => Promise<string | undefined>;

export interface FoundCredentials {
  readonly auth?: string;
  /** Why they could not be read; most images are there for everybody all the same. */
  readonly problem?: string;
}

/** Looks up the credentials of every registry once: a helper may ask the person. */
export function oncePerRegistry(
  find: FindCredentials,
): (image: string) => Promise<FoundCredentials> {
  const found = new Map<string, () => Promise<FoundCredentials>>();
  return (image) => {
    const registry = registryOf(image);
    let finding = found.get(registry);
    if (!finding) {
      finding = once(async () => {
        try {
          const auth = await find(image);
          return auth === undefined ? {} : { auth };
        } catch (error) {
          return { problem: reasonOf(error) };
        }
      });
      found.set(registry, finding);
    }
    return finding();
  };
}
