import type { HostSpec } from '../../cluster/spec.ts';
import type { Reached } from '../../cluster/lay-out.ts';
import type { ServerFacts } from '../../hosts/ssh/facts.ts';
import type { SwarmContainer } from '../../hosts/swarm-containers.ts';

/** What was seen of a host that was there before, whatever its kind. */
export interface SeenHost {
  readonly name: string;
  readonly host: HostSpec;
  readonly reached: Reached;
  /** What a server says of itself; undefined of an engine at `tcp://`. */
  readonly facts: ServerFacts | undefined;
  /** What its engine says, while one answers. */
  readonly engine: SeenEngine | undefined;
  /** Milliseconds by which its clock is ahead of ours. */
  readonly ahead: number;
}

export interface SeenEngine {
  readonly id: string;
  readonly version: string;
  readonly api: string;
  readonly minApi: string;
  readonly os: string;
  readonly architecture: string;
  readonly driver: string;
  /** Containers of any swarm v1 that are there, also such as are not ours. */
  readonly swarm: readonly SwarmContainer[];
  /** The cluster of swarmctl that the host says it belongs to. */
  readonly claim: string | undefined;
}
