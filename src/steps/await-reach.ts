import { masterOf, type Host } from '../cluster/record.ts';
import type { Step } from '../plan/step.ts';
import { poll } from '../util/poll.ts';
import type { World } from './world.ts';

/**
 * Waits until the manager will reach a node's engine: asked from the master, with the manager's
 * certificate. A node that the manager meets too early stays Pending for 40 s.
 */
export function awaitReach({ hosts, record, remaining }: World, host: Host): Step {
  const master = masterOf(record);
  return {
    id: `reach ${host.name}`,
    title: `reach its engine from ${master.name}`,
    host: host.name,
    async run({ signal, report }) {
      const wait = {
        what: `the engine of ${host.name} to be reachable from ${master.name}`,
        host: host.name,
        deadline: Math.min(remaining(), 30_000),
        signal,
        onWaiting: report,
      };
      await poll(wait, (attempt) => hosts.reach(master, host, attempt));
    },
  };
}
