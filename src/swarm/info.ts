/** What a swarm manager says of itself and its nodes in the `SystemStatus` of `GET /info`. */
export interface SwarmInfo {
  readonly role: string;
  readonly strategy: string;
  readonly nodes: readonly SwarmNode[];
}

export interface SwarmNode {
  /** The engine's name, `(unknown)` until the manager first reached it. */
  readonly name: string;
  /** `host:port` as registered; the only unique key. */
  readonly address: string;
  /** `dockerID|address`; empty until first contact. */
  readonly id: string;
  /** Healthy, Unhealthy, Pending or Disconnected. */
  readonly status: string;
  /** Containers on the node, running or not. */
  readonly containers: number;
  /** The manager's last connection error; empty when there is none. */
  readonly error: string;
  /** When the manager last heard from it, ISO 8601; empty until first contact. */
  readonly updatedAt: string;
  /** Empty until first contact. */
  readonly serverVersion: string;
}

/**
 * Reads the list of pairs that swarm 1.2.x sends: header pairs, then one pair per node with a
 * single leading space, each followed by attributes marked `└`. Undefined when the list is
 * missing, which is how a plain engine answers.
 * (classicswarm v1.2.9: cluster/swarm/cluster.go, Info)
 */
export function parseSwarmInfo(
  pairs: readonly (readonly [string, string])[] | null | undefined,
): SwarmInfo | undefined {
  if (!pairs) return undefined;
  const header = new Map<string, string>();
  const nodes: { name: string; address: string; attributes: Map<string, string> }[] = [];
  for (const [rawKey, value] of pairs) {
    const key = rawKey.replaceAll('\b', '');
    const attribute = /^\s+[└├L] (.+)$/.exec(key)?.[1];
    const node = /^ (?! )(.*)$/.exec(key)?.[1];
    if (attribute !== undefined) nodes.at(-1)?.attributes.set(attribute, value);
    else if (node !== undefined) nodes.push({ name: node, address: value, attributes: new Map() });
    else header.set(key, value);
  }
  return {
    role: header.get('Role') ?? '',
    strategy: header.get('Strategy') ?? '',
    nodes: nodes.map(({ name, address, attributes }) => ({
      name,
      address,
      id: attributes.get('ID') ?? '',
      status: attributes.get('Status') ?? 'Pending',
      containers: Number.parseInt(attributes.get('Containers') ?? '0', 10) || 0,
      error: (attributes.get('Error') ?? '').replace(/^\(none\)$/, ''),
      updatedAt: attributes.get('UpdatedAt') ?? '',
      serverVersion: attributes.get('ServerVersion') ?? '',
    })),
  };
}
