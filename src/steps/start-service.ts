import { isUp } from '../engine/engine.ts';
import type { Host } from '../cluster/record.ts';
import type { Service } from '../hosts/service.ts';
import type { Step } from '../plan/step.ts';
import { onHost, type World } from './world.ts';

/** Starts one of our containers on a host. */
export function startService({ access }: World, host: Host, { name }: Service): Step {
  return {
    id: `${name} ${host.name}`,
    title: `start ${name}`,
    ...onHost(host),
    async isDone(signal) {
      const found = await (await access.engine(host)).findContainer(name, signal);
      return found !== undefined && isUp(found);
    },
    run: async ({ signal }) => (await access.engine(host)).startContainer(name, signal),
  };
}
