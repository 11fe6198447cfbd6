import { masterOf, type ClusterRecord, type Host } from '../cluster/record.ts';
import type { EngineEndpoint, TlsClient } from '../engine/endpoint.ts';
import { Engine } from '../engine/engine.ts';
import type { StoreEndpoint } from '../stores/address.ts';

const LOOPBACK = '127.0.0.1';

/** How this machine reaches the APIs of one cluster, each with the client certificate. */
export class ClusterAccess {
  readonly #record: ClusterRecord;
  readonly #credentials: () => Promise<TlsClient>;
  readonly #clients = new Map<number, Engine>();

  /** `credentials` is asked at first use: a new cluster has none when it is laid out. */
  constructor(record: ClusterRecord, credentials: () => Promise<TlsClient>) {
    this.#record = record;
    this.#credentials = credentials;
  }

  /** The engine of a host; its certificate must also be valid for the address others use. */
  async engine(host: Host): Promise<Engine> {
    return this.#client(host.ports.engine, host);
  }

  async manager(): Promise<Engine> {
    const master = masterOf(this.#record);
    return this.#client(required(master.ports.manager), master);
  }

  /** The store on the master. */
  async store(tls: boolean): Promise<StoreEndpoint> {
    const master = masterOf(this.#record);
    return {
      addresses: [{ host: LOOPBACK, port: required(master.ports.store) }],
      tls: tls ? await this.#tls(master) : undefined,
    };
  }

  async #client(port: number, host: Host): Promise<Engine> {
    const known = this.#clients.get(port);
    if (known) return known;
    const engine = new Engine(await this.#endpoint(port, host));
    this.#clients.set(port, engine);
    return engine;
  }

  async #endpoint(port: number, host: Host): Promise<EngineEndpoint> {
    return { kind: 'tcp', host: LOOPBACK, port, tls: await this.#tls(host) };
  }

  async #tls(host: Host): Promise<TlsClient> {
    return { ...(await this.#credentials()), identities: [host.address] };
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
  }
}

/** The manager's address as clients on this machine use it. */
export function managerUrl(record: ClusterRecord): string {
  return `tcp://${LOOPBACK}:${String(required(masterOf(record).ports.manager))}`;
}

function required(port: number | undefined): number {
  if (port === undefined) throw new Error('the master has no such port');
  return port;
}
