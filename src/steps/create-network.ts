import { publicRecord } from '../cluster/record.ts';
import type { Step } from '../plan/step.ts';
import type { World } from './world.ts';

/** Creates the bridge network that the hosts share. */
export function createNetwork({ record, hosts }: World): Step {
  return {
    id: 'network',
    title: `create network ${record.network.name} (${record.network.subnet})`,
    isDone: (signal) => hosts.hasNetwork(signal),
    run: ({ signal }) => hosts.createNetwork(publicRecord(record), signal),
    undo: (signal) => hosts.removeNetwork(signal),
  };
}
