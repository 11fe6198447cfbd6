import type { Host } from '../cluster/record.ts';
import { LABEL } from '../hosts/labels.ts';
import { serviceOptions, type Service } from '../hosts/service.ts';
import type { Step } from '../plan/step.ts';
import { hostStepId, type World } from './world.ts';

/** Makes one of our containers on a host, not running yet; one made from other options is replaced. */
export function createService(world: World, host: Host, service: Service): Step {
  const { access, record } = world;
  const options = serviceOptions(service, record.spec.name);
  return {
    id: `${service.name} ${host.name} created`,
    title: `create ${service.name}`,
    host: host.name,
    within: hostStepId(host),
    async isDone(signal) {
      const found = await (await access.engine(host)).findContainer(service.name, signal);
      return found?.Config.Labels[LABEL.config] === options.Labels?.[LABEL.config];
    },
    async run({ signal }) {
      const engine = await access.engine(host);
      await engine.removeContainer(service.name, signal);
      await engine.createContainer(options, signal);
    },
    undo: async (signal) => (await access.engine(host)).removeContainer(service.name, signal),
  };
}
