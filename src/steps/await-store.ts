import { masterOf } from '../cluster/record.ts';
import { placeOf } from '../discovery/discovery.ts';
import type { Step } from '../plan/step.ts';
import { poll } from '../util/poll.ts';
import { whyServiceStopped } from './why-service-stopped.ts';
import type { World } from './world.ts';

/**
 * Waits until the discovery store serves what swarm will ask of it. One that exists is left without
 * the cluster's entries; one of ours goes with its host.
 */
export function awaitStore(world: World): Step {
  const { store, discovery, record, remaining } = world;
  const { deployed, existing } = discovery;
  const master = masterOf(record);
  return {
    id: 'store answers',
    title: `wait for ${discovery.kind}`,
    ...(deployed && { host: master.name }),
    async run({ signal, report }) {
      const wait = {
        what: placeOf(discovery, record),
        host: deployed && master.name,
        deadline: remaining(),
        signal,
        onWaiting: report,
        ...(deployed && {
          whyHopeless: (attempt: AbortSignal) =>
            whyServiceStopped(world, master, deployed.service(record).name, attempt),
        }),
      };
      await poll(wait, (attempt) => discovery.ask(store, record, attempt));
    },
    ...(existing && {
      undo: async (signal: AbortSignal) => existing.forget(await store.endpoint(), record, signal),
    }),
  };
}
