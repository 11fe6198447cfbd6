import type { HostSpec } from '../../cluster/spec.ts';
import type { Reached } from '../../cluster/lay-out.ts';
import type { EngineFacts } from '../../hosts/engine-facts.ts';
import type { ServerFacts } from '../../hosts/ssh/facts.ts';

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

export interface SeenEngine extends EngineFacts {
  /** The cluster of swarmctl that the host says it belongs to. */
  readonly claim: string | undefined;
}
