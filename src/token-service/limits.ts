/** What the service takes at most. */
export interface Limits {
  readonly clusters: number;
  readonly nodesPerCluster: number;
  /** Nodes of all clusters together: they are held in memory. */
  readonly nodes: number;
  /** Simultaneous connections; one above is closed at once. */
  readonly connections: number;
  /** Seconds for the TLS handshake, and again for the head of a request. */
  readonly headerSeconds: number;
  /** Seconds for a whole request, and of silence while an answer is sent. */
  readonly requestSeconds: number;
}

export const DEFAULT_LIMITS: Limits = {
  clusters: 1000,
  nodesPerCluster: 10_000,
  nodes: 100_000,
  connections: 4096,
  headerSeconds: 5,
  requestSeconds: 10,
};
