import type { ClusterRecord, Host } from '../cluster/record.ts';
import type { Discovery, StoreAccess } from '../discovery/discovery.ts';
import type { ClusterAccess } from '../hosts/access.ts';
import type { LocalHosts } from '../hosts/local/local-hosts.ts';
import type { ImageSupply } from '../images/supply.ts';
import type { StoreTls } from '../stores/address.ts';
import type { ClusterFolder } from '../state/home.ts';

/** What the steps of one cluster work on. */
export interface World {
  readonly record: ClusterRecord;
  readonly folder: ClusterFolder;
  readonly hosts: LocalHosts;
  readonly access: ClusterAccess;
  readonly images: ImageSupply;
  readonly discovery: Discovery;
  /** What holds the cluster's nodes, as the discovery asks it. */
  readonly store: StoreAccess;
  /** What the person gave to reach a store that exists; undefined when nothing. */
  readonly givenTls: () => Promise<StoreTls | undefined>;
  /** Milliseconds left of `--timeout`. */
  readonly remaining: () => number;
}

/** The ID of the step that makes a host; everything on the host goes with it. */
export function hostStepId(host: Host): string {
  return `host ${host.name}`;
}
