import { isLocal, type ClusterRecord, type Host } from '../cluster/record.ts';
import type { Discovery, StoreAccess } from '../discovery/discovery.ts';
import type { ClusterAccess } from '../hosts/access.ts';
import type { Hosts } from '../hosts/hosts.ts';
import type { LocalHosts } from '../hosts/local/local-hosts.ts';
import type { Servers } from '../hosts/ssh/servers.ts';
import type { ImageSupply } from '../images/supply.ts';
import type { StoreTls } from '../stores/address.ts';
import type { ClusterFolder } from '../state/home.ts';

/** What the steps of one cluster work on. */
export interface World {
  readonly record: ClusterRecord;
  readonly folder: ClusterFolder;
  readonly hosts: Hosts;
  /** The hosts that are containers; undefined where there are none. */
  readonly local: LocalHosts | undefined;
  /** The hosts over SSH. */
  readonly servers: Servers;
  readonly access: ClusterAccess;
  readonly images: ImageSupply;
  readonly discovery: Discovery;
  /** What holds the cluster's nodes, as the discovery asks it. */
  readonly store: StoreAccess;
  /** What the person gave to reach a store that exists; undefined when nothing. */
  readonly givenTls: () => Promise<StoreTls | undefined>;
  /** Healthy nodes with which `create` is content when no more come; undefined when with all. */
  readonly minNodes: number | undefined;
  /** Whether an engine that swarmctl installed goes with the cluster. */
  readonly removesEngines: boolean;
  /** The docker CLI's folder of the person. */
  readonly dockerConfig: string;
  /** Milliseconds left of `--timeout`. */
  readonly remaining: () => number;
  /** Told what is not as it should be and no reason to stop; the same once. */
  readonly warn: (sentence: string) => void;
  /** Told what is good to know. */
  readonly note: (sentence: string) => void;
}

/** The ID of the step that makes a local host; everything on the host goes with it. */
export function hostStepId(host: Host): string {
  return `host ${host.name}`;
}

/** What a step on a host says of where it belongs: in a local host it goes with that. */
export function onHost(host: Host): { host: string; within?: string } {
  return { host: host.name, ...(isLocal(host) && { within: hostStepId(host) }) };
}

/** The local hosts of a cluster that has some. */
export function localHosts({ local }: Pick<World, 'local'>): LocalHosts {
  if (!local) throw new Error('there are no local hosts');
  return local;
}
