import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { StoreEndpoint } from '../../../src/stores/address.ts';

interface Reply {
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string;
}

/** A store on one port of 127.0.0.1. */
export function at(...ports: readonly number[]): StoreEndpoint {
  return { addresses: ports.map((port) => ({ host: '127.0.0.1', port })) };
}

/** An HTTP server that answers so, what it was asked, and its port. */
export async function httpServer(answer: (asked: string, body: string) => Reply | undefined) {
  const seen: string[] = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (data: Buffer) => (body += data.toString()));
    request.on('end', () => {
      const asked = `${request.method ?? ''} ${request.url ?? ''}`;
      seen.push(asked);
      const {
        status = 200,
        json,
        text = JSON.stringify(json),
      } = answer(asked, body) ?? {
        status: 404,
        text: '404 page not found\n',
      };
      response.writeHead(status).end(text);
    });
  });
  const port = await listening(server);
  onTestFinished(() => {
    server.closeAllConnections();
  });
  return { port, seen };
}

/** A TCP server that does so with every connection; its port. */
export async function tcpServer(serve: (socket: net.Socket) => void): Promise<number> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    serve(socket);
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  return listening(server);
}

/** A port of 127.0.0.1 on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = net.createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function listening(server: net.Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
