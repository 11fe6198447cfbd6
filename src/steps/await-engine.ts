import { compareApi, OLDEST_API, SWARM_ENGINE_API } from '../cluster/limits.ts';
import type { Host } from '../cluster/record.ts';
import type { Step } from '../plan/step.ts';
import { Hopeless } from '../util/failure-class.ts';
import { poll } from '../util/poll.ts';
import type { World } from './world.ts';

/** Waits until a host's engine answers over TLS, and speaks an API that swarm speaks. */
export function awaitEngine({ hosts, access, remaining }: World, host: Host): Step {
  return {
    id: `engine ${host.name}`,
    title: 'wait for its engine',
    host: host.name,
    async run({ signal, report }) {
      const wait = {
        what: `the engine of ${host.name}`,
        host: host.name,
        deadline: remaining(),
        signal,
        onWaiting: report,
        whyHopeless: (attempt: AbortSignal) => hosts.whyStopped(host, attempt),
      };
      const version = await poll(wait, async (attempt) =>
        (await access.engine(host)).version(attempt),
      );
      const minimum = version.MinAPIVersion ?? OLDEST_API;
      if (compareApi(minimum, SWARM_ENGINE_API) > 0) {
        throw new Hopeless(
          `engine ${version.Version} wants API ${minimum} at least, and swarm speaks ${SWARM_ENGINE_API}: ` +
            'use a node image whose engine takes DOCKER_MIN_API_VERSION=1.24',
        );
      }
    },
  };
}
