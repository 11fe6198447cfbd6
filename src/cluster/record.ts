import { isIPv6 } from 'node:net';
import * as v from 'valibot';
import { hostPort } from '../util/host-port.ts';
import { isClusterName } from './validate.ts';
import { ClusterSpecSchema, publicSpec } from './spec.ts';

/** The URL of a host that is made on the spot. */
export const LOCAL = 'local';

/** Ports of a host's services; only the master has a manager, and a store that is deployed. */
const PortsSchema = v.strictObject({
  engine: v.number(),
  manager: v.optional(v.number()),
  store: v.optional(v.number()),
});

const HostSchema = v.strictObject({
  /** `etcd-m`, `etcd-1`, …; also the host name inside a local one. */
  name: v.string(),
  /** `local`, `ssh://user@host:port` or `tcp://host:port`. */
  url: v.string(),
  master: v.boolean(),
  /** Whether the manager schedules on it. */
  node: v.boolean(),
  /** The address by which the hosts reach each other, and the ports at that address. */
  address: v.string(),
  ports: PortsSchema,
  /** The same for this machine. */
  reach: v.strictObject({ host: v.string(), ...PortsSchema.entries }),
});

/** A cluster as it was laid out: the spec, and what was chosen once for it. */
export const ClusterRecordSchema = v.strictObject({
  spec: ClusterSpecSchema,
  createdAt: v.string(),
  /** What holds the local hosts; null when there are none. */
  local: v.nullable(
    v.strictObject({
      /** Their engine, in the form of `DOCKER_HOST`. */
      engine: v.string(),
      network: v.strictObject({ name: v.string(), subnet: v.string() }),
    }),
  ),
  /** How hosts over SSH are reached, besides what `~/.ssh/config` says. */
  ssh: v.strictObject({
    keyFile: v.nullable(v.string()),
    strict: v.picklist(['accept-new', 'yes']),
  }),
  /** The image that the discovery store runs from here; null when none is deployed. */
  storeImage: v.nullable(v.string()),
  /** The token under which the nodes register; secret. Null where the discovery knows none. */
  token: v.nullable(v.string()),
  hosts: v.array(HostSchema),
  /** Hosts that the spec no longer has, until everything on them is taken back. */
  leaving: v.optional(v.array(HostSchema), []),
});

export type Host = v.InferOutput<typeof HostSchema>;
export type ClusterRecord = v.InferOutput<typeof ClusterRecordSchema>;

/** Reads a record from its JSON; undefined when it is none. */
export function parseRecord(json: string): ClusterRecord | undefined {
  try {
    const parsed = v.safeParse(ClusterRecordSchema, JSON.parse(json));
    return parsed.success && isClusterName(parsed.output.spec.name) ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

/** The record as it may be shown to whoever can see labels: without anything secret. */
export function publicRecord(record: ClusterRecord): ClusterRecord {
  return { ...record, spec: publicSpec(record.spec), token: null };
}

/** The record for those who take all of a cluster back: what was leaving goes with the rest. */
export function withLeaving(record: ClusterRecord): ClusterRecord {
  return { ...record, hosts: [...record.hosts, ...record.leaving], leaving: [] };
}

/** The record as labels hold it: hosts that leave are gone before anything else counts on it. */
export function labelRecord(record: ClusterRecord): ClusterRecord {
  return { ...publicRecord(record), leaving: [] };
}

/** The host that carries manager and discovery store. */
export function masterOf(record: ClusterRecord): Host {
  const master = record.hosts.find((host) => host.master);
  if (!master) throw new Error(`cluster ${record.spec.name} has no master`);
  return master;
}

/** What it is in its cluster. */
export type Role = 'master' | 'node' | 'master and node';

export function roleOf({ master, node }: Host): Role {
  if (!master) return 'node';
  return node ? 'master and node' : 'master';
}

export function nodesOf(record: ClusterRecord): Host[] {
  return record.hosts.filter((host) => host.node);
}

/** Whether a host is a container of the engine that `record.local` names. */
export function isLocal({ url }: Pick<Host, 'url'>): boolean {
  return url === LOCAL;
}

/** The record's part for local hosts; a host that is local has it. */
export function localOf(record: ClusterRecord): NonNullable<ClusterRecord['local']> {
  if (!record.local) throw new Error(`cluster ${record.spec.name} has no local hosts`);
  return record.local;
}

/** `address:2376`, by which the discovery store and the manager know a node. */
export function engineAddress({ address, ports }: Host): string {
  return hostPort(address, ports.engine);
}

/** `address:2379` of the store on the master, by which swarm reaches it. */
export function storeAddress(record: ClusterRecord): string {
  const { address, ports } = masterOf(record);
  return hostPort(address, required(ports.store));
}

/**
 * Where a service on a host listens: at all addresses, and at the port by which others know it,
 * except in a local host, whose own ports are the usual ones wherever they are published.
 */
export function listenAddress(host: Host, service: 'manager' | 'store', usual: number): string {
  return hostPort(isIPv6(host.address) ? '::' : '0.0.0.0', listenPort(host, service, usual));
}

export function listenPort(host: Host, service: 'manager' | 'store', usual: number): number {
  return isLocal(host) ? usual : required(host.ports[service]);
}

export function required(port: number | undefined): number {
  if (port === undefined) throw new Error('the master has no such port');
  return port;
}
