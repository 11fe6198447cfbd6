import { engineAddress, masterOf, nodesOf, withLeaving } from '../cluster/record.ts';
import type { Step } from '../plan/step.ts';
import { parseSwarmInfo, type SwarmNode } from '../swarm/info.ts';
import { MANAGER } from '../swarm/services.ts';
import { Hopeless } from '../util/failure-class.ts';
import { NotYet, poll } from '../util/poll.ts';
import { whyServiceStopped } from './why-service-stopped.ts';
import type { World } from './world.ts';

/** Milliseconds that the others have once there are nodes enough. */
const GRACE = 20_000;

/** ID of the step that ends a `create`. */
export const NODES_HEALTHY = 'nodes healthy';

/** Waits until the manager itself says that every node is Healthy and names no error. */
export function awaitNodes(world: World): Step {
  const { access, record, remaining, minNodes } = world;
  const master = masterOf(record);
  return {
    id: NODES_HEALTHY,
    title: 'wait for every node to be Healthy',
    host: master.name,
    async run({ signal, report }) {
      const wait = {
        what: `the manager on ${master.name} to call every node Healthy`,
        code: 'NOT_HEALTHY' as const,
        deadline: remaining(),
        signal,
        suggestions: [`swarmctl status ${record.spec.name}`],
        onWaiting: report,
        whyHopeless: (attempt: AbortSignal) => whyServiceStopped(world, master, MANAGER, attempt),
      };
      let enoughSince: number | undefined;
      await poll(wait, async (attempt) => {
        const info = await (await access.manager()).info(attempt);
        const swarm = parseSwarmInfo(info.SystemStatus);
        if (!swarm) throw new Hopeless('what answers is an engine, not a swarm manager');
        const known = new Map(swarm.nodes.map((node) => [node.address, node]));
        const waiting = nodesOf(record).flatMap((host) => {
          const reason = notHealthy(known.get(engineAddress(host)));
          return reason === undefined ? [] : [`${host.name} is ${reason}`];
        });
        if (minNodes !== undefined && nodesOf(record).length - waiting.length >= minNodes) {
          enoughSince ??= Date.now();
          if (Date.now() - enoughSince >= GRACE) return;
        }
        const nodes = new Set(nodesOf(record).map(engineAddress));
        for (const host of withLeaving(record).hosts) {
          const address = engineAddress(host);
          // Until its entry in the store has ended, what is scheduled there fails.
          if (!nodes.has(address) && known.has(address)) {
            waiting.push(`${host.name} is still in the manager's list`);
          }
        }
        if (waiting.length > 0) throw new NotYet(waiting.join('; '));
      });
    },
  };
}

function notHealthy(node: SwarmNode | undefined): string | undefined {
  if (!node) return 'not known to the manager';
  if (node.status === 'Healthy' && node.error === '') return undefined;
  return node.error === '' ? node.status : `${node.status} (${node.error})`;
}
