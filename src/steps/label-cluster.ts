import { isDeepStrictEqual } from 'node:util';
import { labelRecord } from '../cluster/record.ts';
import { recordName } from '../hosts/local/names.ts';
import type { Step } from '../plan/step.ts';
import { localHosts, type World } from './world.ts';

/** Keeps the record in the labels up to date, by which a cluster is found when the local state is lost. */
export function labelCluster(world: World): Step {
  const record = labelRecord(world.record);
  return {
    id: 'labels',
    title: 'note the change in the labels',
    async isDone(signal) {
      const labelled = await localHosts(world).labelled(signal);
      // The network is not there yet, and will be made with these labels.
      return labelled === undefined || isDeepStrictEqual(labelled, record);
    },
    run: ({ signal }) => localHosts(world).label(record, signal),
    byHand: () => [`docker volume rm ${recordName(world.record.spec.name)}`],
    undo: (signal) => localHosts(world).removeLabel(signal),
  };
}
