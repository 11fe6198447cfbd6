import { once } from 'node:events';
import http from 'node:http';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Answer {
  readonly status?: number;
  readonly json?: unknown;
  readonly body?: string | Buffer;
}

/** What `METHOD /path` answers; `hang` never does. */
export type Routes = Readonly<Record<string, Answer | 'hang' | ((asked: Asked) => Answer)>>;

/** A Docker API of canned answers on a unix socket; what it has no answer for is a 404. */
export async function fakeEngine(routes: Routes) {
  const socket = path.join(await temporaryFolder(), 'engine.sock');
  const requests: Asked[] = [];
  const server = http.createServer((request, response) => {
    void buffer(request).then((body) => {
      const url = new URL(request.url ?? '/', 'http://engine');
      const method = request.method ?? '';
      const { headers } = request;
      const asked = { method, path: url.pathname, query: url.searchParams, headers, body };
      requests.push(asked);
      const route = routes[`${method} ${url.pathname}`];
      if (route === 'hang') return;
      const answer: Answer | undefined = typeof route === 'function' ? route(asked) : route;
      const missing: Answer = { status: 404, json: { message: `no such object: ${url.pathname}` } };
      const { status = 200, json, body: text } = answer ?? missing;
      response.writeHead(status, json === undefined ? {} : { 'Content-Type': 'application/json' });
      response.end(json === undefined ? text : JSON.stringify(json));
    });
  });
  server.listen(socket);
  await once(server, 'listening');
  const engine = new Engine({ kind: 'socket', path: socket });
  onTestFinished(() => {
    engine.close();
    server.closeAllConnections();
    server.close();
  });
  const paths = () => requests.map(({ method, path: to }) => `${method} ${to}`);
  return { socket, engine, requests, paths };
}
