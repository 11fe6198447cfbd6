import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import tls from 'node:tls';
import { sayAddress, type StoreAddress, type StoreEndpoint, type StoreTls } from './address.ts';
import { explainConnection, StoreError } from './store-error.ts';
import { firstThatWorks } from './within.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  /** The parsed body; undefined when it is not JSON. */
  readonly json: unknown;
}

interface HttpRequest {
  readonly method?: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly body?: string;
  /** Of the body; JSON when left out. */
  readonly type?: string;
}

/** Talks to one server of a store over connections that it keeps until it is closed. */
export class HttpClient {
  /** `host:port`, for sentences. */
  readonly server: string;
  private readonly agent: http.Agent;
  private readonly encrypted: boolean;

  constructor(
    private readonly address: StoreAddress,
    credentials?: StoreTls,
  ) {
    this.server = sayAddress(address);
    this.encrypted = credentials !== undefined;
    this.agent = credentials ? agentWith(credentials) : new http.Agent({ keepAlive: true });
  }

  /**
   * Sends a request and reads the whole answer, whatever its status. Rejects with a StoreError when
   * there is none, with the signal's reason when it aborts.
   */
  async ask(path: string, signal: AbortSignal, options: HttpRequest = {}): Promise<HttpAnswer> {
    const { method = 'GET', body, type = 'application/json' } = options;
    const { request } = this.encrypted ? https : http;
    const headers = body === undefined ? {} : { 'content-type': type };
    let status: number;
    let answer: string;
    try {
      const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
        const { host, port } = this.address;
        request({ host, port, path, method, headers, agent: this.agent, signal }, resolve)
          .on('error', reject)
          .end(body);
      });
      status = response.statusCode ?? 0;
      answer = await text(response);
    } catch (error) {
      signal.throwIfAborted();
      throw new StoreError(`${this.server}: ${explainConnection(error, this.encrypted)}`, {
        cause: error,
      });
    }
    // The words of Go's net/http, in which etcd and consul are written.
    if (status === 400 && answer.startsWith('Client sent an HTTP request to an HTTPS server')) {
      throw new StoreError(`${this.server}: it wants TLS`, { status });
    }
    return { status, text: answer, json: parsed(answer) };
  }
}

/**
 * Runs `work` with the store's servers one after another until it succeeds with one. Rejects with
 * the reasons of all.
 */
export function atAny<T>(
  store: StoreEndpoint,
  signal: AbortSignal,
  work: (client: HttpClient, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return firstThatWorks(store.addresses, sayAddress, signal, (address, limit) =>
    work(clientOf(store, address), limit),
  );
}

const clients = new WeakMap<StoreEndpoint, Map<string, HttpClient>>();

/**
 * One client per server of an endpoint, for as long as the endpoint is used: a handshake costs more
 * than an answer. Connections that are idle do not hold the process.
 */
export function clientOf(store: StoreEndpoint, address: StoreAddress, tls = store.tls): HttpClient {
  const ofStore = clients.get(store) ?? new Map<string, HttpClient>();
  clients.set(store, ofStore);
  const client = ofStore.get(sayAddress(address)) ?? new HttpClient(address, tls);
  ofStore.set(sayAddress(address), client);
  return client;
}

/** A path as it stands in a URL; slashes stay what they are. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

function agentWith({ ca, cert, key, identities }: StoreTls): https.Agent {
  return new https.Agent({
    keepAlive: true,
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    minVersion: 'TLSv1.2',
    checkServerIdentity: (host, certificate) =>
      (identities ?? [host])
        .map((name) => tls.checkServerIdentity(name, certificate))
        .find((problem) => problem !== undefined),
  });
}

function parsed(answer: string): unknown {
  try {
    return JSON.parse(answer) as unknown;
  } catch {
    return undefined;
  }
}
