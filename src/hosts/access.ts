import { isLocal, masterOf, required, type ClusterRecord, type Host } from '../cluster/record.ts';
import type { EngineEndpoint, TlsClient } from '../engine/endpoint.ts';
import { Engine } from '../engine/engine.ts';
import type { StoreEndpoint } from '../stores/address.ts';
import { hostPort } from '../util/host-port.ts';
import { once, oncePer } from '../util/once.ts';
import { isSsh } from './kind.ts';
import type { Servers } from './ssh/servers.ts';

interface Keys {
  /** The client certificate of the cluster; a new cluster has none when it is laid out. */
  readonly cluster: () => Promise<TlsClient>;
  /** What opens an engine that listens on TCP. */
  readonly engine: (host: Host) => Promise<TlsClient>;
}

/** How this machine reaches the APIs of one cluster. */
export class ClusterAccess {
  readonly #record: ClusterRecord;
  readonly #servers: Servers;
  readonly #keys: Keys;
  readonly #engines = new Map<string, () => Promise<Engine>>();
  readonly #opened: Engine[] = [];
  readonly manager: () => Promise<Engine>;
  /** The store on the master. */
  readonly store: () => Promise<StoreEndpoint>;

  constructor(record: ClusterRecord, servers: Servers, keys: Keys, storeHasTls: boolean) {
    this.#record = record;
    this.#servers = servers;
    this.#keys = keys;
    const master = masterOf(record);
    // A port of a server goes with the connection that leads to it.
    const way = async () => (isSsh(master) ? servers.connection(master.url) : undefined);
    this.manager = oncePer(way, async () => {
      const at = await this.#at(master, required(master.reach.manager));
      if (record.spec.insecure) return this.#open({ kind: 'tcp', ...at });
      return this.#open({ kind: 'tcp', ...at, tls: await this.#tls(master) });
    });
    this.store = oncePer(way, async () => ({
      addresses: [await this.#at(master, required(master.reach.store))],
      tls: storeHasTls ? await this.#tls(master) : undefined,
    }));
  }

  /** The engine of a host; its certificate must also be valid for the address others use. */
  async engine(host: Host): Promise<Engine> {
    if (isSsh(host)) return this.#servers.engine(host.url);
    const open = async () => {
      const at = { kind: 'tcp', host: host.reach.host, port: host.reach.engine } as const;
      if (this.#record.spec.insecure) return this.#open(at);
      const tls = isLocal(host) ? await this.#tls(host) : await this.#keys.engine(host);
      return this.#open({ ...at, tls });
    };
    const known = this.#engines.get(host.name) ?? once(open);
    this.#engines.set(host.name, known);
    return known();
  }

  /** Where the engine of a host listens with TLS, as the manager reaches it. */
  async tlsEndpoint(host: Host): Promise<EngineEndpoint> {
    if (!isSsh(host)) return (await this.engine(host)).endpoint;
    return {
      kind: 'tcp',
      ...(await this.#at(host, host.ports.engine)),
      tls: await this.#tls(host),
    };
  }

  /** The engine of a host; undefined where there is none yet, or no longer. */
  async engineIfAny(host: Host): Promise<Engine | undefined> {
    if (isSsh(host) && !(await this.#servers.facts(host.url)).docker) return undefined;
    return this.engine(host);
  }

  /** A port of a server, through the connection that is there: no firewall need know of us. */
  async #at(host: Host, port: number): Promise<{ host: string; port: number }> {
    if (!isSsh(host)) return { host: host.reach.host, port };
    const local = await this.#servers.forward(host.url, host.address, port);
    return local === undefined
      ? { host: host.reach.host, port }
      : { host: '127.0.0.1', port: local };
  }

  #open(endpoint: EngineEndpoint): Engine {
    const engine = new Engine(endpoint);
    this.#opened.push(engine);
    return engine;
  }

  async #tls(host: Host): Promise<TlsClient> {
    // Through the connection to a server its ports have an address of ours.
    const identities = isSsh(host) ? [host.address] : [host.reach.host, host.address];
    return { ...(await this.#keys.cluster()), identities };
  }

  close(): void {
    for (const engine of this.#opened) engine.close();
  }
}

/** The manager's address as clients on this machine use it. */
export function managerUrl(record: ClusterRecord): string {
  const { reach } = masterOf(record);
  return `tcp://${hostPort(reach.host, required(reach.manager))}`;
}

/** The same of the engine of a host. */
export function engineUrl({ reach }: Host): string {
  return `tcp://${hostPort(reach.host, reach.engine)}`;
}
