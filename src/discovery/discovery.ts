import type { CredentialSet } from '../cluster/credentials.ts';
import type { ClusterRecord } from '../cluster/record.ts';
import type { ClusterSpec } from '../cluster/spec.ts';
import type { FileToPut } from '../engine/pack-files.ts';
import type { Service } from '../hosts/service.ts';
import type { StoreAddress, StoreEndpoint } from '../stores/address.ts';
import type { StoreUrl } from './store-url.ts';

/** How agents and the manager find the store. */
export interface Wiring {
  /** The last argument of `swarm manage` and `swarm join`. */
  readonly url: string;
  /** Values of `--discovery-opt`. */
  readonly options: readonly string[];
  /** What the swarm containers need to hold for it. */
  readonly credentials: readonly CredentialSet[];
  /** Further files of their host that they are given, as in `Service`. */
  readonly mounts?: readonly string[];
  /** Seconds between the registrations of an agent, where the usual ones do not fit. */
  readonly agentHeartbeat?: number;
  /**
   * Seconds between the manager's questions. Where it watches the store, they count only after an
   * error, and are longer than the agents' heartbeat: a store that comes back empty has been filled
   * again before the manager takes all nodes for lost.
   */
  readonly managerHeartbeat: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** Of the files in `mounts`, where the container holds them itself and is made anew with others. */
  readonly revision?: string;
}

/** What a store says of itself and of the cluster. */
export interface StoreView {
  /** Such as `etcd 3.4.23`. */
  readonly version: string;
  /** `host:port` of every registered node, sorted. */
  readonly members: readonly string[];
}

/** How swarmctl itself reaches what holds the nodes of a cluster. */
export interface StoreAccess {
  /** The store, by addresses that can be reached from this machine. */
  readonly endpoint: () => Promise<StoreEndpoint>;
  /** The texts of the files in a folder of the master, by name. */
  readonly masterFiles: (
    folder: string,
    signal: AbortSignal,
  ) => Promise<ReadonlyMap<string, string>>;
}

/** A store that swarmctl runs on the master. */
export interface DeployedStore {
  /** Port on which it listens. */
  readonly port: number;
  readonly defaultImage: string;
  /** What the image must be, for the help of its flag. */
  readonly imageIs: string;
  /** Whether it has a server certificate of the cluster's CA. */
  readonly tls: boolean;
  /** Its container. */
  service(record: ClusterRecord): Service;
  /**
   * What takes the place of the default image where that cannot be had: made of this machine's own
   * Node.
   */
  readonly runsOnNode?: boolean;
}

/** A store that is there already, and what is asked of it before the first change. */
export interface ExistingStore {
  /** As the person gave it, without a token. */
  readonly url: StoreUrl;
  /** One sentence per reason why it cannot serve; rejects when it does not answer. */
  probe(
    store: StoreEndpoint,
    record: Pick<ClusterRecord, 'spec'>,
    signal: AbortSignal,
  ): Promise<string[]>;
  /** The addresses by which swarm goes on after its first question, where they are others. */
  members?(store: StoreEndpoint, signal: AbortSignal): Promise<StoreAddress[]>;
  /** What the cluster has in it, for people; empty when nothing that could be removed. */
  holds(record: ClusterRecord): string;
  /** Removes what the cluster has in it, and nothing else. */
  forget(store: StoreEndpoint, record: ClusterRecord, signal: AbortSignal): Promise<void>;
}

/** Where the nodes of one cluster are listed. */
export interface Discovery {
  readonly kind: string;
  /** Whether nodes register themselves, each by an agent; otherwise their list is written for them. */
  readonly agents: boolean;
  /**
   * Whether the manager must start after all nodes are listed: it asks now and then only, or its watch
   * misses for ever what is listed just before.
   */
  readonly managerLast?: boolean;
  readonly deployed?: DeployedStore;
  readonly existing?: ExistingStore;
  /**
   * What the hosts hold in the credential set `discovery`: a client certificate of the cluster's CA,
   * the CA alone, what the person gave, the CA alone of that (but for the master, from where a lost
   * state is restored), or nothing.
   */
  readonly credentials: 'issued' | 'ca' | 'given' | 'given ca' | 'none';
  /** What must be on the master before anything of swarm starts. */
  files?(record: ClusterRecord): Promise<FileToPut[]>;
  /** What a person should know before they rely on it: a sentence, and what would be better. */
  readonly caveat?: { readonly problem: string; readonly fix: string };
  /** Chooses the token of a new cluster. */
  newToken?(spec: ClusterSpec, signal: AbortSignal): Promise<string>;
  /** Finds the token of a cluster whose state is lost; undefined when its master cannot tell. */
  findToken?(
    masterFiles: StoreAccess['masterFiles'],
    signal: AbortSignal,
  ): Promise<string | undefined>;
  wiring(record: ClusterRecord): Wiring;
  /** Asks who is listed; rejects while the store cannot serve the cluster, with the reason. */
  ask(store: StoreAccess, record: ClusterRecord, signal: AbortSignal): Promise<StoreView>;
}

/** A kind of discovery: a file of its own, and a line in `index.ts`. */
export interface DiscoveryKind {
  /** The word after `--discovery` and the scheme of its URLs. */
  readonly kind: string;
  /** For people who choose between kinds. */
  readonly facts: {
    readonly summary: string;
    readonly needs: string;
    /** Whether several managers can share it. */
    readonly managers: boolean;
    /** How soon the manager sees that a node is lost, with swarmctl's intervals. */
    readonly lostAfter: string;
    readonly tls: string;
  };
  /** How swarmctl makes it itself; undefined when it must be there already. */
  readonly deploy?: Discovery;
  /** What a URL of the kind stands for; undefined when there can be none. */
  readonly existing?: (url: StoreUrl, tls: boolean) => Discovery;
  /** Which of CA, certificate and key the person may give for an existing store. */
  readonly tlsFiles?: 'none' | 'all three' | 'any';
  /** What is wrong with a URL of the kind besides its form. */
  readonly urlProblems?: (url: StoreUrl, spec: ClusterSpec) => string[];
}

/** Where a store is, for people: `etcd on demo-m`, `etcd at 10.0.0.5:2379`. */
export function placeOf(discovery: Discovery, record: ClusterRecord): string {
  if (discovery.existing) return `${discovery.kind} at ${discovery.existing.url.servers}`;
  const master = record.hosts.find((host) => host.master)?.name ?? '';
  return `${discovery.kind} on ${master}`;
}
