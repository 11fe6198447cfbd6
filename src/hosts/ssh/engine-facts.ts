import type { Engine } from '../../engine/engine.ts';
import { swarmContainers } from '../swarm-containers.ts';
import type { EngineFacts, RunningContainer } from './facts.ts';

/** What an engine speaks that does not say so. */
export const OLDEST_API = '1.12';

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
  const looked = await Promise.all(running.map(({ Id }) => engine.findContainer(Id, signal)));
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
    // What is not there any more is left out.
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
