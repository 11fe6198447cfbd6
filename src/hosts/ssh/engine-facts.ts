import { OLDEST_API } from '../../cluster/limits.ts';
import type { Engine } from '../../engine/engine.ts';
import { gate } from '../../util/concurrency.ts';
import { swarmContainers } from '../swarm-containers.ts';
import type { EngineFacts, RunningContainer } from './facts.ts';

/** A forwarded socket has a queue, and sessions of ssh are few. */
const AT_A_TIME = 6;

/** Whether a container that was listed runs, as `docker ps` has it. */
export function isRunning({ State }: { readonly State: string }): boolean {
  return ['running', 'paused', 'restarting'].includes(State);
}

/** What the engine of a server says of itself, and what runs on it. */
export async function engineFacts(
  engine: Engine,
  signal: AbortSignal,
): Promise<{ engine: EngineFacts; running: RunningContainer[] }> {
  const [version, info, containers] = await Promise.all([
    engine.version(signal),
    engine.info(signal),
    engine.listContainers(undefined, signal),
  ]);
  const running = containers.filter(isRunning);
  const inTurn = gate(AT_A_TIME);
  const looked = await Promise.all(
    running.map(({ Id }) => inTurn(() => engine.findContainer(Id, signal).catch(() => undefined))),
  );
  signal.throwIfAborted();
  return {
    engine: {
      id: info.ID,
      version: version.Version,
      api: version.ApiVersion,
      minApi: version.MinAPIVersion ?? OLDEST_API,
      os: info.OSType,
      architecture: info.Architecture,
      driver: info.Driver,
      liveRestore: info.LiveRestoreEnabled === true,
      swarm: swarmContainers(containers),
    },
    // What is not there any more, or does not tell, is left out.
    running: looked.flatMap((container) => {
      if (!container) return [];
      const { Name, HostConfig, Config } = container;
      return [
        {
          name: Name.replace(/^\//, ''),
          restarts:
            'com.docker.swarm.task.id' in { ...Config.Labels } ||
            ['always', 'unless-stopped', 'on-failure'].includes(
              HostConfig.RestartPolicy?.Name ?? '',
            ),
          temporary: HostConfig.AutoRemove === true,
        },
      ];
    }),
  };
}
