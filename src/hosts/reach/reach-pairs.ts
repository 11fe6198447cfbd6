import type { Target } from './target.ts';

/** This machine, as where a connection comes from. */
export const HERE = 'this machine';

/** What of a cluster's record is needed. */
interface ReachHost {
  readonly name: string;
  readonly master: boolean;
  readonly node: boolean;
  /** By which the other hosts reach its ports. */
  readonly address: string;
  readonly ports: {
    readonly engine: number;
    readonly manager?: number | undefined;
    readonly store?: number | undefined;
  };
  /** The same for this machine, where it differs. */
  readonly reach?: { readonly host: string; readonly manager?: number | undefined };
}

/** A connection that the cluster will need. */
export interface ReachPair extends Target {
  /** Name of the host that connects, or HERE. */
  readonly from: string;
  /** Its address, for a firewall; undefined for this machine, which may have any. */
  readonly fromAddress: string | undefined;
  /** Name of the host that is connected to. */
  readonly to: string;
  /** What listens there, or will: `the engine`. */
  readonly purpose: string;
}

/**
 * The connections that matter: the manager's to every node's engine, every node's to the store where
 * one is deployed, and this machine's to the manager.
 */
export function reachPairs({ hosts }: { readonly hosts: readonly ReachHost[] }): ReachPair[] {
  const master = hosts.find((host) => host.master);
  if (master === undefined) return [];
  const others = hosts.filter((host) => host.node && host !== master);
  const { store, manager } = master.ports;
  const here = {
    host: master.reach?.host ?? master.address,
    port: master.reach?.manager ?? manager,
  };
  return [
    ...others.map((node) => between(master, node, node.ports.engine, 'the engine')),
    ...(store === undefined
      ? []
      : others.map((node) => between(node, master, store, 'the discovery store'))),
    ...(here.port === undefined
      ? []
      : [
          {
            ...{ from: HERE, fromAddress: undefined, to: master.name },
            ...{ host: here.host, port: here.port, purpose: 'the manager' },
          },
        ]),
  ];
}

function between(from: ReachHost, to: ReachHost, port: number, purpose: string): ReachPair {
  return {
    ...{ from: from.name, fromAddress: from.address, to: to.name },
    ...{ host: to.address, port, purpose },
  };
}
