import type { World } from '../steps/world.ts';
import type { Collection } from './collection.ts';

/** What the manager itself says, in its own form. */
export async function fromManager(
  into: Collection,
  { access }: Pick<World, 'access'>,
  signal: AbortSignal,
): Promise<void> {
  await into.put('manager/info.json', { what: 'docker info of the manager', signal }, async () => {
    const manager = await access.manager();
    return manager.info(signal);
  });
}
