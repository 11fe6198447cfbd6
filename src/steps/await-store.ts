import { masterOf } from '../cluster/record.ts';
import type { Step } from '../plan/step.ts';
import { poll } from '../util/poll.ts';
import { whyServiceStopped } from './why-service-stopped.ts';
import type { World } from './world.ts';

/** Waits until the discovery store serves what swarm will ask of it, with the client certificate. */
export function awaitStore(world: World): Step {
  const { access, discovery, record, remaining } = world;
  const master = masterOf(record);
  return {
    id: 'store answers',
    title: `wait for ${discovery.kind}`,
    host: master.name,
    async run({ signal, report }) {
      const store = await access.store();
      const { name } = discovery.service(record);
      const wait = {
        what: `${discovery.kind} on ${master.name}`,
        host: master.name,
        deadline: remaining(),
        signal,
        onWaiting: report,
        whyHopeless: (attempt: AbortSignal) => whyServiceStopped(world, master, name, attempt),
      };
      await poll(wait, (attempt) => discovery.ask(store, record, attempt));
    },
  };
}
