import type { ClusterSpec } from '../cluster/spec.ts';
import type { Discovery } from '../discovery/discovery.ts';
import type { Engine, EngineInfo, EngineVersion } from '../engine/engine.ts';
import type { ImageSupply } from '../images/supply.ts';

/** What checks look at. Nothing of it is changed by looking. */
export interface Surroundings {
  readonly spec: ClusterSpec;
  /** Names of the local hosts that are to be made. */
  readonly hosts: readonly string[];
  /** Whether they join a cluster that exists. */
  readonly further: boolean;
  readonly discovery: Discovery;
  readonly outer: Engine;
  readonly info: EngineInfo;
  readonly version: EngineVersion;
  readonly supply: ImageSupply;
  readonly signal: AbortSignal;
}

export interface Finding {
  readonly check: string;
  /** The host it is about; left out when it is about none. */
  readonly host?: string;
  /** An error stops the command; a warning is told and remembered. */
  readonly level: 'error' | 'warning';
  readonly problem: string;
  /** What to do about it, one way a line. */
  readonly fix: string;
}

/** One named question, asked before the first change. */
export interface Check {
  readonly name: string;
  readonly run: (surroundings: Surroundings) => Promise<Omit<Finding, 'check'>[]>;
}
