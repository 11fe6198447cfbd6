/*
 * Takes the place of a consul, which cannot be had here: one server with the parts of the HTTP API
 * that swarm's client (libkv) and swarmctl use. Written from consul's documentation and from what
 * its source says where that is silent; it shares no code with consul and is of no use elsewhere.
 */
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { formatDuration, parseDuration } from '../standin/duration.ts';
import { toJson, type Answer } from './answer.ts';
import { deleteKey, readKeys, writeKey, type Request } from './kv-routes.ts';
import { load, save } from './persistence.ts';
import { createSession, destroySession, readSessions, renewSession } from './session-routes.ts';
import { Refused, State } from './state.ts';

/** A read that blocks does so for this long unless it says, and never for longer. (minutes in ms) */
const WAIT_DEFAULT = 300_000;
const WAIT_MAX = 600_000;

export interface ConsulOptions {
  readonly host?: string;
  /** Chosen by the system when left out. */
  readonly port?: number;
  /** File that outlives the server; without one its state dies with it. */
  readonly file?: string;
  /** Milliseconds; `session_ttl_min`, 10 s when left out. */
  readonly sessionTtlMin?: number;
  /** Speaks TLS and demands a client certificate of this CA (`verify_incoming`): PEM texts. */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string };
  readonly version?: string;
  /** Keys that are refused, as 1.21.5 does with all but `/^[a-zA-Z0-9,_./\-?&=]+$/`. */
  readonly keyPattern?: RegExp;
  /** Requests that an ACL denies. */
  readonly denies?: (method: string, path: string) => boolean;
}

interface ConsulServer {
  readonly port: number;
  readonly state: State;
  /** `METHOD path?query` of everything that was asked, in order. */
  readonly seen: string[];
  /** False for a server without a quorum of its peers; may be changed. */
  leading: boolean;
  close(): Promise<void>;
}

const NODE = 'consul-test';

/** Starts the server; it listens when the promise is fulfilled. */
export async function startConsul(options: ConsulOptions = {}): Promise<ConsulServer> {
  const { host = '127.0.0.1', file, tls } = options;
  const state = new State({ node: NODE, sessionTtlMin: options.sessionTtlMin ?? 10_000 });
  if (file !== undefined) load(state, file);
  state.restartSessions();

  const blocked = new Set<() => void>();
  state.onChange = () => {
    if (file !== undefined) save(state, file);
    for (const wake of blocked) wake();
  };

  const serve = async (request: http.IncomingMessage, response: http.ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://consul');
    const asked: Request = {
      method: request.method ?? '',
      path: decodeURIComponent(url.pathname),
      query: url.searchParams,
      body: await buffer(request),
    };
    consul.seen.push(`${asked.method} ${request.url ?? ''}`);
    const answer = await block(asked, () => route(consul, options, asked), response, blocked);
    if (answer) send(response, answer);
  };
  const listener: http.RequestListener = (request, response) => {
    serve(request, response).catch(() => response.destroy());
  };
  const server = tls
    ? https.createServer({ ...tls, requestCert: true, rejectUnauthorized: true }, listener)
    : http.createServer(listener);
  server.listen(options.port ?? 0, host);
  await once(server, 'listening');

  const consul: ConsulServer = {
    port: (server.address() as AddressInfo).port,
    state,
    seen: [],
    leading: true,
    async close() {
      state.stop();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return consul;
}

/**
 * Answers at once, or with `index=N` when the answer's index has passed N, or with what there is
 * when the wait is over; undefined when the client has gone.
 */
async function block(
  { query }: Request,
  read: () => Answer,
  response: http.ServerResponse,
  blocked: Set<() => void>,
): Promise<Answer | undefined> {
  const index = Number(query.get('index') ?? 0);
  if (!Number.isSafeInteger(index)) return { status: 400, text: 'Invalid index' };
  if (query.has('stale') && query.has('consistent')) {
    const text = 'Cannot specify ?stale with ?consistent, conflicting semantics.';
    return { status: 400, text };
  }
  let wait: number;
  try {
    wait = Math.min(parseDuration(query.get('wait') ?? '0s') || WAIT_DEFAULT, WAIT_MAX);
  } catch {
    return { status: 400, text: 'Invalid wait time' };
  }
  // Up to a sixteenth more, so that clients do not come back all at once.
  const until = Date.now() + wait * (1 + Math.random() / 16);
  for (;;) {
    const answer = read();
    const left = until - Date.now();
    if (index === 0 || answer.index === undefined || answer.index > index || left <= 0) {
      return answer;
    }
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        blocked.delete(wake);
        response.off('close', wake);
        resolve();
      };
      const timer = setTimeout(wake, left);
      blocked.add(wake);
      response.on('close', wake);
    });
    if (response.closed) return undefined;
  }
}

function route(consul: ConsulServer, options: ConsulOptions, request: Request): Answer {
  const { method, path } = request;
  const { state } = consul;
  if (path === '/v1/status/leader') return { json: consul.leading ? '127.0.0.1:8300' : '' };
  if (path === '/v1/status/peers') return { json: ['127.0.0.1:8300'] };
  if (options.denies?.(method, path)) return { status: 403, text: 'Permission denied' };
  if (path === '/v1/agent/self') return { json: self(options) };

  const [, room = '', rest = ''] = /^\/v1\/(kv|session)\/(.*)$/s.exec(path) ?? [];
  if (room === '') return { status: 404, text: '404 page not found\n' };
  if (!consul.leading && !request.query.has('stale')) {
    return { status: 500, text: 'No cluster leader' };
  }
  try {
    return room === 'kv'
      ? routeKey(state, options, rest, request)
      : routeSession(state, rest, request);
  } catch (error) {
    if (error instanceof Refused) return { status: 500, text: error.message };
    throw error;
  }
}

function routeKey(state: State, options: ConsulOptions, key: string, request: Request): Answer {
  const { keyPattern } = options;
  if (keyPattern && key !== '' && !keyPattern.test(key)) {
    const text = `invalid key name, keys should respect the "${keyPattern.source}" format.`;
    return { status: 500, text };
  }
  switch (request.method) {
    case 'GET':
      return readKeys(state.keys, key, request.query);
    case 'PUT':
      return writeKey(state, key, request);
    case 'DELETE':
      return deleteKey(state, key, request);
    default:
      return notAllowed(request.method);
  }
}

function routeSession(state: State, rest: string, request: Request): Answer {
  const [, action = '', argument = ''] = /^([^/]*)\/?(.*)$/s.exec(rest) ?? [];
  const wanted = /^(create|renew|destroy)$/.test(action) ? 'PUT' : 'GET';
  if (request.method !== wanted) return notAllowed(request.method);
  switch (action) {
    case 'create':
      return createSession(state, request);
    case 'renew':
      return renewSession(state, argument);
    case 'destroy':
      return destroySession(state, argument);
    case 'info':
    case 'node':
    case 'list':
      return readSessions(state, action, argument);
    default:
      return { status: 404, text: '404 page not found\n' };
  }
}

function notAllowed(method: string): Answer {
  return { status: 405, text: `method ${method} not allowed` };
}

function self({ version = '1.9.5', sessionTtlMin = 0 }: ConsulOptions) {
  return {
    Config: { Datacenter: 'dc1', NodeName: NODE, Server: true, Revision: '', Version: version },
    // Zero stands for the default, 10 s.
    DebugConfig: { NodeName: NODE, SessionTTLMin: formatDuration(sessionTtlMin) },
    Member: { Name: NODE, Addr: '127.0.0.1', Port: 8301 },
  };
}

function send(response: http.ServerResponse, { status = 200, json, text, index }: Answer): void {
  const read = {
    'X-Consul-Index': String(index),
    'X-Consul-KnownLeader': 'true',
    'X-Consul-LastContact': '0',
  };
  response.writeHead(status, {
    'Content-Type': json === undefined ? 'text/plain; charset=utf-8' : 'application/json',
    ...(index === undefined ? {} : read),
  });
  response.end(json === undefined ? text : toJson(json));
}
