import type { Host } from '../cluster/record.ts';
import type { Step } from '../plan/step.ts';
import { hostStepId, type World } from './world.ts';

/** Loads the images that a host's engine lacks; `what` names them in the step's ID. */
export function loadImages(
  { access, images }: World,
  host: Host,
  what: string,
  wanted: readonly string[],
): Step {
  return {
    id: `${what} ${host.name}`,
    title: `load ${what}`,
    host: host.name,
    within: hostStepId(host),
    isDone: async (signal) =>
      (await images.missing(await access.engine(host), wanted, signal)).length === 0,
    run: async ({ signal }) => {
      await images.bringTo(await access.engine(host), wanted, signal);
    },
  };
}
