import { engineAddress, nodesOf, type ClusterRecord } from '../cluster/record.ts';
import type { DiscoveryKind } from './discovery.ts';

/** Addresses of the cluster's nodes, sorted. */
export function addressesOf(record: ClusterRecord): string[] {
  return nodesOf(record).map(engineAddress).sort();
}

/** Of a manager that asks anew each time, in seconds. */
export const POLLING_HEARTBEAT = 5;

/** The list of nodes in the manager's own arguments. */
export const nodes: DiscoveryKind = {
  kind: 'nodes',
  facts: {
    summary: "a fixed list in the manager's arguments",
    needs: 'nothing; no agents',
    managers: false,
    lostAfter: "the manager's own checks, about 30 s; it stays in the list",
    tls: 'not needed',
  },
  deploy: {
    kind: 'nodes',
    agents: false,
    credentials: 'none',
    wiring: (record) => ({
      url: `nodes://${addressesOf(record).join(',')}`,
      options: [],
      credentials: [],
      managerHeartbeat: POLLING_HEARTBEAT,
    }),
    ask: (_access, record) =>
      Promise.resolve({ version: 'fixed list', members: addressesOf(record) }),
  },
};
