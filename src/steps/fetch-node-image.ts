import type { Step } from '../plan/step.ts';
import { localHosts, type World } from './world.ts';

/** Brings the image of the hosts to the outer engine. It stays there: it may serve others. */
export function fetchNodeImage(world: World): Step {
  const { record, images } = world;
  const image = record.spec.images.node;
  return {
    id: 'node image',
    title: `fetch ${image}`,
    isDone: async (signal) =>
      (await localHosts(world).outer.findImage(image, signal)) !== undefined,
    run: ({ signal }) => images.bringToOuter(image, signal),
  };
}
