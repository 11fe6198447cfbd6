import type { CredentialSet } from '../cluster/credentials.ts';
import type { ClusterRecord } from '../cluster/record.ts';
import type { EngineEndpoint } from '../engine/endpoint.ts';
import type { Service } from '../hosts/service.ts';

/** How agents and the manager find the store. */
export interface Wiring {
  /** The last argument of `swarm manage` and `swarm join`. */
  readonly url: string;
  /** Values of `--discovery-opt`. */
  readonly options: readonly string[];
  /** What the swarm containers need to hold for it. */
  readonly credentials: readonly CredentialSet[];
}

/** What a store says of itself and of the cluster. */
export interface StoreView {
  readonly version: string;
  /** `host:port` of every registered node, sorted. */
  readonly members: readonly string[];
}

/** One kind of discovery that swarmctl deploys: a file of its own, and a line in `index.ts`. */
export interface Discovery {
  /** The word after `--discovery`, and the default name of a cluster. */
  readonly kind: string;
  /** Port on which the store listens on the master. */
  readonly port: number;
  readonly defaultImage: string;
  /** The store's container on the master. */
  service(record: ClusterRecord): Service;
  wiring(record: ClusterRecord): Wiring;
  /** Asks a store; rejects while it cannot serve the cluster, with the reason. */
  ask(store: EngineEndpoint, record: ClusterRecord, signal: AbortSignal): Promise<StoreView>;
}
