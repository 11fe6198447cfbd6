import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import { CLIENT_API_VERSION } from '../identity.ts';
import { log } from '../log.ts';
import type { ManagerTls } from '../tls.ts';
import { requireExecContainer } from './containers.ts';
import { requireContainer, type ApiContext, type Call } from './context.ts';
import { HttpError } from './errors.ts';
import { hijack } from './hijack.ts';
import { proxyPath } from './proxy.ts';
import { findRoute } from './routes.ts';

export function createApiServer(api: ApiContext, tls: ManagerTls | undefined): http.Server {
  const onRequest: RequestListener = (request, response) => void answer(api, request, response);
  const server = tls
    ? https.createServer(
        {
          ...tls.context,
          requestCert: tls.verify,
          rejectUnauthorized: tls.verify,
          ALPNProtocols: ['http/1.1'],
          // An attached client may end its half first. The types leave this option out.
          ...{ allowHalfOpen: true },
        },
        onRequest,
      )
    : http.createServer(onRequest);
  // A container's log may be silent for as long as it likes.
  server.requestTimeout = 0;
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    void upgrade(api, request, socket, head);
  });
  server.on('tlsClientError', (error: Error) => {
    log.error(`http: TLS handshake error: ${handshakeReason(error)}`);
  });
  return server;
}

async function answer(
  api: ApiContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { path, query } = takeApart(request);
  const route = findRoute(request.method ?? '', path);
  log.debug('HTTP request received', { method: request.method ?? '', uri: request.url ?? '' });
  try {
    if (!route) {
      sendText(response, 404, '404 page not found');
      return;
    }
    response.setHeader('Api-Version', CLIENT_API_VERSION);
    const call: Call = { api, request, response, path, query, name: route.name };
    await route.handler(call);
  } catch (error) {
    const status = error instanceof HttpError ? error.status : 500;
    const { message } = error as Error;
    log.error(`HTTP error: ${message}`, { status });
    if (response.headersSent) response.destroy();
    else sendText(response, status, message);
  }
}

/** Attaching and starting an exec take over the connection; nothing else may upgrade it. */
async function upgrade(
  api: ApiContext,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  socket.on('error', () => {});
  const { path, query } = takeApart(request);
  const [, execId] = /^(?:\/v[\d.]+)?\/exec\/(.*)\/start$/.exec(path) ?? [];
  const [, name] = /^(?:\/v[\d.]+)?\/containers\/(.*)\/attach(?:\/ws)?$/.exec(path) ?? [];
  try {
    if (execId !== undefined) {
      const { engine } = requireExecContainer(api, execId);
      await hijack(engine, request, proxyPath({ query }, path), socket, head);
    } else if (name !== undefined) {
      const { engine, id } = requireContainer(api, name);
      const target = proxyPath({ query }, path.replace(name, id));
      await hijack(engine, request, target, socket, head);
    } else {
      throw new HttpError(404, '404 page not found');
    }
  } catch (error) {
    const status = error instanceof HttpError ? error.status : 500;
    const text = `${(error as Error).message}\n`;
    socket.end(
      `HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\nApi-Version: ${CLIENT_API_VERSION}\r\n` +
        `Content-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(text)}\r\n` +
        `Connection: close\r\n\r\n${text}`,
    );
  }
}

/** OpenSSL's words are long and hold line breaks. */
function handshakeReason(error: Error & { reason?: string; code?: string }): string {
  const reason = error.reason ?? error.code ?? error.message;
  return error.message.includes('did not return a certificate')
    ? "tls: client didn't provide a certificate"
    : reason;
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(`${text}\n`);
}

function takeApart(request: IncomingMessage): { path: string; query: URLSearchParams } {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://manager');
  try {
    return { path: decodeURIComponent(pathname), query: searchParams };
  } catch {
    return { path: pathname, query: searchParams };
  }
}
