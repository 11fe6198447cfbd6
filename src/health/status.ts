import * as v from 'valibot';

const Health = v.picklist(['healthy', 'degraded', 'down']);

const HostStatusSchema = v.strictObject({
  name: v.string(),
  /** `IP:2376`, as the discovery store and the manager know it. */
  address: v.string(),
  role: v.picklist(['master', 'node', 'master and node']),
  /**
   * Of a node the manager's word: Healthy, Unhealthy, Pending, Disconnected; Absent when the
   * manager does not list it, Unknown when the manager does not answer. Of a master that is no
   * node: Running or Stopped.
   */
  status: v.string(),
  /** Why it is not as it should be; empty when it is. */
  reason: v.string(),
  engineVersion: v.nullable(v.string()),
  /** Containers on the node, running or not; null when the manager does not say. */
  containers: v.nullable(v.number()),
  /** Whole days until the engine's certificate ends. */
  certificateDaysLeft: v.nullable(v.number()),
});

const ExpirySchema = v.strictObject({
  /** ISO 8601, by the clock of the engine that holds the cluster. */
  at: v.string(),
  /** By the same clock; not above zero when it is over. */
  secondsLeft: v.number(),
});

/** What `swarmctl status --json` says of a cluster. */
export const ClusterStatusSchema = v.strictObject({
  name: v.string(),
  health: Health,
  /** What is wrong, a sentence each; empty when healthy. */
  problems: v.array(v.string()),
  manager: v.strictObject({
    url: v.string(),
    status: v.picklist(['up', 'down']),
    reason: v.string(),
    /** `swarm/1.2.9`. */
    version: v.nullable(v.string()),
    strategy: v.nullable(v.string()),
    /** Whether the image says that it only stands in for Docker Swarm. */
    standIn: v.boolean(),
  }),
  discovery: v.strictObject({
    kind: v.string(),
    url: v.string(),
    status: v.picklist(['up', 'down']),
    reason: v.string(),
    version: v.nullable(v.string()),
    members: v.array(v.string()),
  }),
  /** When `gc` may remove it; null without a ttl, or when nobody could say. */
  expires: v.nullable(ExpirySchema),
  /** The master when it is not a node itself. */
  master: v.nullable(HostStatusSchema),
  nodes: v.array(HostStatusSchema),
});

export type ClusterStatus = v.InferOutput<typeof ClusterStatusSchema>;
export type HostStatus = v.InferOutput<typeof HostStatusSchema>;
export type Health = v.InferOutput<typeof Health>;

/** One cluster as `swarmctl ls` shows it. */
export interface ListedCluster {
  readonly name: string;
  /** `healthy`, `degraded`, `down`, or `unknown` when it could not be asked. */
  readonly health: string;
  readonly discovery: string | null;
  readonly nodes: number | null;
  readonly manager: string | null;
  readonly createdAt: string | null;
  readonly expires: ClusterStatus['expires'];
  /** Why something is not known; empty otherwise. */
  readonly problem: string;
}
