import { isLocal, type Host } from '../cluster/record.ts';
import { isUp } from '../engine/engine.ts';
import type { Step } from '../plan/step.ts';
import { localHosts, type World } from './world.ts';

/** Seconds in which one of our containers ends by itself. */
const STOP_DEADLINE = 10;

/**
 * Stops a host until it is started again. A host that was there before the cluster is none of our
 * business: there only our own containers stop, `services`, the last first.
 */
export function stopHost(world: World, host: Host, services: readonly string[]): Step {
  const common = { id: `stop ${host.name}`, host: host.name };
  if (isLocal(host)) {
    const hosts = localHosts(world);
    return {
      ...common,
      title: 'stop host',
      isDone: async (signal) => !(await hosts.isUp(host, signal)),
      run: ({ signal }) => hosts.stop(host, signal),
    };
  }
  const running = async (signal: AbortSignal): Promise<string[]> => {
    const engine = await world.access.engine(host);
    const found = await Promise.all(services.map((name) => engine.findContainer(name, signal)));
    return services.filter((_name, index) => {
      const container = found[index];
      // One that dies and is started again for ever is to be stopped as well.
      return container && (isUp(container) || container.State.Restarting);
    });
  };
  return {
    ...common,
    title: `stop ${services.join(', ')}`,
    isDone: async (signal) => (await running(signal)).length === 0,
    async run({ signal }) {
      const engine = await world.access.engine(host);
      for (const name of (await running(signal)).reverse()) {
        await engine.stopContainer(name, STOP_DEADLINE, signal);
      }
    },
  };
}
