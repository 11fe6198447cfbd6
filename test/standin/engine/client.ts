import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { once } from 'node:events';
import { ENGINE_API_VERSION } from '../identity.ts';
import type { ManagerTls } from '../tls.ts';
import { describeFault, EngineAnswerError } from './faults.ts';

export interface EngineRequest {
  method?: string;
  headers?: http.OutgoingHttpHeaders;
  json?: unknown;
  body?: Readable;
  timeoutMs?: number;
  /** Leaves the path without a version although one is negotiated. */
  unversioned?: boolean;
  signal?: AbortSignal;
}

export interface EngineClient {
  readonly tls: ManagerTls | undefined;
  /** Set once the engine told which API it speaks; until then paths go out unversioned. */
  readonly apiVersion: string | undefined;
  negotiate(): Promise<void>;
  /** Sends a path as it is; any status is an answer. */
  send(path: string, request?: EngineRequest): Promise<http.IncomingMessage>;
  /** Prefixes the negotiated version; a status of 400 or more is an error. */
  call(path: string, request?: EngineRequest): Promise<http.IncomingMessage>;
  json<T>(path: string, request?: EngineRequest): Promise<T>;
  close(): void;
}

const dialTimeoutMs = 30_000;

export function createEngineClient(address: string, tls: ManagerTls | undefined): EngineClient {
  const { request } = tls ? https : http;
  const agent = tls
    ? new https.Agent({
        ...tls.context,
        keepAlive: true,
        rejectUnauthorized: tls.verify,
      })
    : new http.Agent({ keepAlive: true });
  const base = `${tls ? 'https' : 'http'}://${address}`;
  let apiVersion: string | undefined;

  function send(path: string, options: EngineRequest = {}): Promise<http.IncomingMessage> {
    const body = options.json === undefined ? undefined : JSON.stringify(options.json);
    return new Promise((resolve, reject) => {
      const outgoing = request(base + path, {
        agent,
        method: options.method ?? 'GET',
        headers: {
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...options.headers,
        },
        ...(options.signal ? { signal: options.signal } : {}),
      });
      outgoing.on('socket', (socket) => limitDialing(socket, outgoing));
      outgoing.on('response', resolve);
      outgoing.on('error', (fault) =>
        reject(describeFault(fault, `${verb(options.method)} ${base}${path}`, address)),
      );
      if (options.timeoutMs) {
        const timer = setTimeout(
          () => outgoing.destroy(new Error('context deadline exceeded')),
          options.timeoutMs,
        );
        outgoing.on('close', () => clearTimeout(timer));
      }
      if (options.body) options.body.pipe(outgoing);
      else outgoing.end(body);
    });
  }

  function versioned(path: string, options?: EngineRequest): string {
    return apiVersion && !options?.unversioned ? `/v${apiVersion}${path}` : path;
  }

  async function call(path: string, options?: EngineRequest): Promise<http.IncomingMessage> {
    const response = await send(versioned(path, options), options);
    const status = response.statusCode ?? 0;
    if (status < 400) return response;
    throw new EngineAnswerError(status, readReason(await readText(response)));
  }

  return {
    tls,
    get apiVersion() {
      return apiVersion;
    },
    async negotiate() {
      const response = await send('/_ping');
      await readText(response);
      const offered = String(response.headers['api-version'] ?? '1.24');
      apiVersion = isOlder(offered, ENGINE_API_VERSION) ? offered : ENGINE_API_VERSION;
    },
    send,
    call,
    json: async <T>(path: string, options?: EngineRequest) =>
      JSON.parse(await readText(await call(path, options))) as T,
    close: () => agent.destroy(),
  };
}

/** Only dialling is limited; an engine may take as long as it likes to answer. */
function limitDialing(socket: Socket, outgoing: http.ClientRequest): void {
  if (!socket.connecting) return;
  const timer = setTimeout(() => {
    outgoing.destroy(Object.assign(new Error('dial timeout'), { code: 'ETIMEDOUT' }));
  }, dialTimeoutMs);
  socket.once('connect', () => clearTimeout(timer));
  socket.once('close', () => clearTimeout(timer));
}

export async function readText(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(stream, 'end');
  return Buffer.concat(chunks).toString('utf8');
}

function readReason(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: string };
    return (message ?? text).trim();
  } catch {
    return text.trim();
  }
}

function isOlder(version: string, than: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [otherMajor = 0, otherMinor = 0] = than.split('.').map(Number);
  return major < otherMajor || (major === otherMajor && minor < otherMinor);
}

/** `Get`, `Post`: how a method is spelled in front of a URL in a message. */
function verb(method = 'GET'): string {
  return method.charAt(0) + method.slice(1).toLowerCase();
}
