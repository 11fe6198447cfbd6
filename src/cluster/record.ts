import * as v from 'valibot';
import { isClusterName } from './validate.ts';
import { ENGINE_PORT, MANAGER_PORT } from './limits.ts';
import { ClusterSpecSchema, publicSpec, type ClusterSpec } from './spec.ts';

const HostSchema = v.strictObject({
  /** `etcd-m`, `etcd-1`, …; also the host name inside. */
  name: v.string(),
  master: v.boolean(),
  /** Whether the manager schedules on it. */
  node: v.boolean(),
  /** The IP address by which the hosts reach each other. */
  address: v.string(),
  /** Ports on this machine's loopback address that lead to the host's own. */
  ports: v.strictObject({
    engine: v.number(),
    manager: v.optional(v.number()),
    store: v.optional(v.number()),
  }),
});

/** A cluster as it was laid out: the spec, and what was chosen once for it. */
export const ClusterRecordSchema = v.strictObject({
  spec: ClusterSpecSchema,
  createdAt: v.string(),
  /** The engine that holds the hosts, in the form of `DOCKER_HOST`. */
  engine: v.string(),
  network: v.strictObject({ name: v.string(), subnet: v.string() }),
  /** The image that the discovery store runs from here; null when none is deployed. */
  storeImage: v.nullable(v.string()),
  /** The token under which the nodes register; secret. Null where the discovery knows none. */
  token: v.nullable(v.string()),
  hosts: v.array(HostSchema),
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

/** The host that carries manager and discovery store. */
export function masterOf(record: ClusterRecord): Host {
  const master = record.hosts.find((host) => host.master);
  if (!master) throw new Error(`cluster ${record.spec.name} has no master`);
  return master;
}

export function nodesOf(record: ClusterRecord): Host[] {
  return record.hosts.filter((host) => host.node);
}

/** `address:2376`, by which the discovery store and the manager know a node. */
export function engineAddress(host: Host): string {
  return `${host.address}:${String(ENGINE_PORT)}`;
}

/** Names of a cluster's hosts, the master's first. */
export function hostNames({ name, nodes }: ClusterSpec): string[] {
  return [`${name}-m`, ...Array.from({ length: nodes }, (_, index) => `${name}-${index + 1}`)];
}

/** What a record needs to be told; everything else follows from the spec. */
interface Choices {
  readonly createdAt: string;
  readonly engine: string;
  /** First three octets of the cluster's /24. */
  readonly prefix: string;
  /** A free port of this machine, a new one at each call. */
  readonly freePort: () => number;
  /** Whether 3376 is free on this machine. */
  readonly managerPortIsFree: boolean;
  readonly storeImage: string | null;
  readonly token: string | null;
}

/** Names, addresses and ports of every host of a new cluster. */
export function layOut(spec: ClusterSpec, choices: Choices): ClusterRecord {
  const { prefix, freePort } = choices;
  const [masterName = '', ...nodeNames] = hostNames(spec);
  const master: Host = {
    name: masterName,
    master: true,
    node: spec.scheduleOnMaster,
    address: `${prefix}.2`,
    ports: {
      engine: freePort(),
      manager: choices.managerPortIsFree ? MANAGER_PORT : freePort(),
      ...(choices.storeImage !== null && { store: freePort() }),
    },
  };
  const nodes = nodeNames.map((name, index) => ({
    name,
    master: false,
    node: true,
    address: `${prefix}.${index + 3}`,
    ports: { engine: freePort() },
  }));
  return {
    spec,
    createdAt: choices.createdAt,
    engine: choices.engine,
    network: { name: `swarmctl-${spec.name}`, subnet: `${prefix}.0/24` },
    storeImage: choices.storeImage,
    token: choices.token,
    hosts: [master, ...nodes],
  };
}
