import { engineAddress, type Host } from '../cluster/record.ts';
import type { Step } from '../plan/step.ts';
import { AGENT } from '../swarm/services.ts';
import { NotYet, poll } from '../util/poll.ts';
import { whyServiceStopped } from './why-service-stopped.ts';
import type { World } from './world.ts';

/** Waits until the discovery store lists a node, so that the manager finds all at its start. */
export function awaitRegistration(world: World, host: Host): Step {
  const { store, discovery, record, remaining } = world;
  return {
    id: `registered ${host.name}`,
    title: `wait for its entry in ${discovery.kind}`,
    host: host.name,
    async run({ signal, report }) {
      const wait = {
        what: `the entry of ${host.name} in ${discovery.kind}`,
        host: host.name,
        deadline: remaining(),
        signal,
        onWaiting: report,
        whyHopeless: (attempt: AbortSignal) => whyServiceStopped(world, host, AGENT, attempt),
      };
      await poll(wait, async (attempt) => {
        const { members } = await discovery.ask(store, record, attempt);
        if (members.includes(engineAddress(host))) return;
        throw new NotYet(`it lists ${members.join(', ') || 'nothing'}`);
      });
    },
  };
}
