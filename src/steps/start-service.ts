import type { Host } from '../cluster/record.ts';
import { isUp } from '../engine/engine.ts';
import { LABEL } from '../hosts/labels.ts';
import { serviceOptions, type Service } from '../hosts/service.ts';
import type { Step } from '../plan/step.ts';
import { hostStepId, type World } from './world.ts';

/** Runs one of our containers on a host; one made from other options is replaced. */
export function startService(world: World, host: Host, service: Service): Step {
  const { access, record } = world;
  const options = serviceOptions(service, record.spec.name);
  return {
    id: `${service.name} ${host.name}`,
    title: `start ${service.name}`,
    host: host.name,
    within: hostStepId(host),
    async isDone(signal) {
      const found = await (await access.engine(host)).findContainer(service.name, signal);
      return (
        found !== undefined &&
        isUp(found) &&
        found.Config.Labels[LABEL.config] === options.Labels?.[LABEL.config]
      );
    },
    async run({ signal }) {
      const engine = await access.engine(host);
      await engine.removeContainer(service.name, signal);
      await engine.createContainer(options, signal);
      await engine.startContainer(service.name, signal);
    },
    undo: async (signal) => (await access.engine(host)).removeContainer(service.name, signal),
  };
}
