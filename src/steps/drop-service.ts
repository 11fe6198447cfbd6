import type { Host } from '../cluster/record.ts';
import type { Step } from '../plan/step.ts';
import { onHost, type World } from './world.ts';

/** Removes one of our containers from a host that is no longer to have it, by the undo of `created`. */
export function dropService({ access }: World, host: Host, created: Step, name: string): Step {
  return {
    id: `no ${name} ${host.name}`,
    title: `remove ${name}`,
    ...onHost(host),
    corrects: true,
    async isDone(signal) {
      const engine = await access.engine(host);
      return (await engine.findContainer(name, signal)) === undefined;
    },
    run: async ({ signal }) => created.undo?.(signal),
  };
}
