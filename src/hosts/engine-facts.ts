import { OLDEST_API } from '../cluster/limits.ts';
import type { EngineInfo, EngineVersion } from '../engine/engine.ts';
import { swarmContainers, type Listed, type SwarmContainer } from './swarm-containers.ts';

/** What an engine that was there before says of itself, however it is reached. */
export interface EngineFacts {
  /** The same under two addresses means the same engine. */
  readonly id: string;
  /** Of the engine, such as `28.5.2`. */
  readonly version: string;
  /** The versions of the API that it speaks. */
  readonly api: string;
  readonly minApi: string;
  readonly os: string;
  readonly architecture: string;
  readonly driver: string;
  readonly liveRestore: boolean;
  /** Containers of any swarm v1 that are there, also such as are not ours. */
  readonly swarm: readonly SwarmContainer[];
}

export function engineFacts(
  version: EngineVersion,
  info: EngineInfo,
  containers: readonly Listed[],
): EngineFacts {
  return {
    id: info.ID,
    version: version.Version,
    api: version.ApiVersion,
    minApi: version.MinAPIVersion ?? OLDEST_API,
    os: info.OSType,
    architecture: info.Architecture,
    driver: info.Driver,
    liveRestore: info.LiveRestoreEnabled === true,
    swarm: swarmContainers(containers),
  };
}
