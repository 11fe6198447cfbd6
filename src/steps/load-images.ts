import type { Host } from '../cluster/record.ts';
import type { Step } from '../plan/step.ts';
import { hostStepId, type World } from './world.ts';

/** The images a host's engine must hold. */
export function imagesOn({ record, images }: World, host: Host): string[] {
  const { node, swarm, store } = record.spec.images;
  return [
    swarm,
    ...(host.master ? [store] : []),
    ...(host.node ? images.extras([node, swarm, store]) : []),
  ];
}

/** Loads the images that a host's engine lacks. */
export function loadImages(world: World, host: Host): Step {
  const { access, images } = world;
  return {
    id: `images ${host.name}`,
    title: 'load images',
    host: host.name,
    within: hostStepId(host),
    isDone: async (signal) => {
      const engine = await access.engine(host);
      return (await images.missing(engine, imagesOn(world, host), signal)).length === 0;
    },
    run: async ({ signal }) =>
      images.bringTo(await access.engine(host), imagesOn(world, host), signal),
  };
}
