import { labelRecord, localOf } from '../cluster/record.ts';
import type { Step } from '../plan/step.ts';
import { localHosts, type World } from './world.ts';

/** Creates the bridge network that the hosts share. */
export function createNetwork(world: World): Step {
  const { record } = world;
  const { network } = localOf(record);
  return {
    id: 'network',
    title: `create network ${network.name} (${network.subnet})`,
    isDone: (signal) => localHosts(world).hasNetwork(signal),
    run: ({ signal }) => localHosts(world).createNetwork(labelRecord(record), signal),
    byHand: () => [`docker network rm ${network.name}`],
    undo: (signal) => localHosts(world).removeNetwork(signal),
  };
}
