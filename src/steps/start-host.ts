import type { Host } from '../cluster/record.ts';
import { SwarmctlError } from '../errors.ts';
import { isPortTaken } from '../hosts/local/local-hosts.ts';
import { containerName, volumeName } from '../hosts/local/names.ts';
import type { Step } from '../plan/step.ts';
import { credentialsFor, setsOn } from './host-credentials.ts';
import { hostStepId, localHosts, type World } from './world.ts';

/** What swarm and the store run from on a host, what is waited for first at the front. */
function imagesOn({ record, discovery }: World, host: Host): string[] {
  const { storeImage, spec } = record;
  return [
    ...(host.master && storeImage !== null ? [storeImage] : []),
    ...(host.master || discovery.agents ? [spec.images.swarm] : []),
  ];
}

/** Makes a local host: volume, container, credentials, engine. */
export function startHost(world: World, host: Host): Step {
  const { images } = world;
  return {
    id: hostStepId(host),
    title: 'start host',
    host: host.name,
    isDone: (signal) => localHosts(world).isRunning(host, signal),
    async run({ signal }) {
      images.prefetch(imagesOn(world, host));
      try {
        const credentials = () => credentialsFor(world, host, setsOn(world, host));
        await localHosts(world).start(host, credentials, signal);
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
    byHand: () => [
      `docker rm --force --volumes ${containerName(host.name)}`,
      `docker volume rm ${volumeName(host.name)}`,
    ],
    undo: (signal) => localHosts(world).remove(host, signal),
    explain: async () =>
      (await localHosts(world).isOutdated(host, new AbortController().signal))
        ? [
            'the host is made anew around its data: what runs on it stops, and comes back by itself where it has a restart policy',
          ]
        : [],
  };
}
