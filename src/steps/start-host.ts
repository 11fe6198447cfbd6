import type { Host } from '../cluster/record.ts';
import { SwarmctlError } from '../errors.ts';
import { issueCredentials } from '../hosts/authority.ts';
import { isPortTaken } from '../hosts/local/local-hosts.ts';
import type { Step } from '../plan/step.ts';
import { readAuthority } from './make-certificates.ts';
import { hostStepId, type World } from './world.ts';

/** Makes a host: volume, container, credentials, engine. */
export function startHost(world: World, host: Host): Step {
  const { record, folder, hosts, images } = world;
  const { swarm, store } = record.spec.images;
  return {
    id: hostStepId(host),
    title: 'start host',
    host: host.name,
    isDone: (signal) => hosts.isRunning(host, signal),
    async run({ signal }) {
      images.prefetch(host.master ? [store, swarm] : [swarm]);
      try {
        await hosts.start(
          host,
          async () => {
            const authority = await readAuthority(folder);
            if (!authority) {
              throw new SwarmctlError(
                'STATE',
                `the CA of ${record.spec.name} is not on this machine`,
                {
                  suggestions: [`swarmctl destroy ${record.spec.name}, then create it anew`],
                },
              );
            }
            return issueCredentials(host, record, authority);
          },
          signal,
        );
      } catch (error) {
        if (!isPortTaken(error)) throw error;
        throw new SwarmctlError('STEP_FAILED', (error as Error).message, {
          suggestions: [
            'free the port, or destroy the cluster and create it anew: it gets other ports',
          ],
          cause: error,
        });
      }
    },
    undo: (signal) => hosts.remove(host, signal),
  };
}
