import { hostPort } from '../util/host-port.ts';

/** One server of a store. */
export interface StoreAddress {
  /** Name, IPv4 or IPv6 address, without brackets. */
  readonly host: string;
  readonly port: number;
}

/** What a store is talked to with over TLS: PEM texts. */
export interface StoreTls {
  /** Trusted for the store's certificate; the CAs of the system when left out. */
  readonly ca?: string | undefined;
  /** For a store that verifies its clients. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /**
   * Names and addresses that the server's certificate must be valid for; the one dialled when left
   * out. A forwarded port says nothing about the address by which the hosts reach the store.
   */
  readonly identities?: readonly string[];
}

/** A store as swarm's discovery URL names it. */
export interface StoreEndpoint {
  /** At least one. Consul takes exactly one: libkv refuses more. (libkv, store/consul) */
  readonly addresses: readonly StoreAddress[];
  /** Left out for plain text. ZooKeeper has none: libkv speaks no TLS to it. */
  readonly tls?: StoreTls | undefined;
}

/** Where swarm keeps the nodes below the prefix of the discovery URL. (swarm, cli/manage.go) */
export const NODES = 'docker/swarm/nodes';

/** `host:port` as it stands in a URL. */
export function sayAddress({ host, port }: StoreAddress): string {
  return hostPort(host, port);
}

/**
 * The parts joined to a path without doubled or outer slashes, as libkv makes keys of a prefix:
 * `/team/demo/` and `docker` give `team/demo/docker`. (libkv, store/helpers.go)
 */
export function joinPath(...parts: readonly string[]): string {
  return parts
    .flatMap((part) => part.split('/'))
    .filter((part) => part !== '')
    .join('/');
}
