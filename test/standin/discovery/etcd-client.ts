import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { FatalError } from '../cli/fatal.ts';
import { log } from '../log.ts';

export interface EtcdAnswer {
  status: number;
  /** The store's own index when it answered, from which a watch goes on without a gap. */
  index: number;
  body: EtcdBody;
}

export interface EtcdBody {
  errorCode?: number;
  message?: string;
  cause?: string;
  index?: number;
  node?: EtcdNode;
}

export interface EtcdNode {
  key?: string;
  value?: string;
  dir?: boolean;
  modifiedIndex?: number;
  nodes?: EtcdNode[];
}

export interface EtcdClient {
  request(method: string, path: string, options?: EtcdRequestOptions): Promise<EtcdAnswer>;
}

export interface EtcdRequestOptions {
  form?: Record<string, string>;
  /** A long poll: no time limit. */
  wait?: boolean;
  signal?: AbortSignal;
}

const requestTimeoutMs = 5000;
const syncIntervalMs = 300_000;

/**
 * Speaks etcd's v2 API. Right after the start the members' own client URLs take the place of the
 * given endpoints, so an etcd that advertises unreachable URLs fails here as it does for real.
 */
export function createEtcdClient(hosts: string[], opts: Map<string, string>): EtcdClient {
  const tls = readTls(opts);
  const agent = tls
    ? new https.Agent({ ...tls, keepAlive: true })
    : new http.Agent({ keepAlive: true });
  let endpoints = hosts.map((host) => `${tls ? 'https' : 'http'}://${host}`);
  let synced: Promise<void> | undefined;

  async function sync(): Promise<void> {
    const { text } = await firstAnswer('GET', '/v2/members', {});
    const { members } = parseBody(text) as { members?: { clientURLs?: string[] }[] };
    const urls = (members ?? []).flatMap((member) => member.clientURLs ?? []);
    if (urls.length > 0) endpoints = urls.map((url) => url.replace(/\/$/, ''));
    setTimeout(() => (synced = undefined), syncIntervalMs).unref();
  }

  async function firstAnswer(method: string, path: string, options: EtcdRequestOptions) {
    for (const endpoint of endpoints) {
      try {
        return await send(endpoint, agent, method, path, options);
      } catch (error) {
        if (options.signal?.aborted) throw error;
        log.debug(`etcd ${endpoint}: ${(error as Error).message}`);
      }
    }
    throw new Error('client: etcd cluster is unavailable or misconfigured');
  }

  return {
    async request(method, path, options = {}) {
      synced ??= sync();
      try {
        await synced;
      } catch {
        // Tried anew with the next request; the request itself then tells what is wrong.
        synced = undefined;
      }
      const { status, index, text } = await firstAnswer(method, path, options);
      return { status, index, body: parseBody(text) as EtcdBody };
    },
  };
}

function parseBody(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(
      'client: response is invalid json. The endpoint is probably not valid etcd cluster endpoint.',
    );
  }
}

function send(
  endpoint: string,
  agent: http.Agent,
  method: string,
  path: string,
  options: EtcdRequestOptions,
): Promise<{ status: number; index: number; text: string }> {
  const body = options.form ? new URLSearchParams(options.form).toString() : undefined;
  const { request } = endpoint.startsWith('https:') ? https : http;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      endpoint + path,
      {
        agent,
        method,
        headers: body === undefined ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' },
        ...(options.signal ? { signal: options.signal } : {}),
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            index: Number(response.headers['x-etcd-index'] ?? 0),
            text,
          }),
        );
      },
    );
    if (!options.wait) {
      outgoing.setTimeout(requestTimeoutMs, () => outgoing.destroy(new Error('timed out')));
    }
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function readTls(opts: Map<string, string>): https.AgentOptions | undefined {
  const ca = opts.get('kv.cacertfile');
  const cert = opts.get('kv.certfile');
  const key = opts.get('kv.keyfile');
  if (!ca || !cert || !key) {
    log.info('Initializing discovery without TLS');
    return undefined;
  }
  log.info('Initializing discovery with TLS');
  return {
    ca: readOrFail(ca, `could not read CA certificate ${JSON.stringify(ca)}`),
    cert: readOrFail(cert, 'Could not load X509 key pair'),
    key: readOrFail(key, 'Could not load X509 key pair'),
    minVersion: 'TLSv1.2',
  };
}

function readOrFail(file: string, trouble: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    throw new FatalError(`${trouble}: open ${file}: no such file or directory`);
  }
}
