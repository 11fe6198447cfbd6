import type { IncomingMessage } from 'node:http';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import type { Engine } from '../engine/engine.ts';
import { describeFault } from '../engine/faults.ts';

const keepAliveMs = 30_000;

/**
 * Joins a client that upgraded its connection with the engine, byte for byte in both directions.
 * Either side may stop sending and still listen: that is how an attached stdin ends.
 */
export async function hijack(
  engine: Engine,
  request: IncomingMessage,
  path: string,
  client: Duplex,
  head: Buffer,
): Promise<void> {
  const upstream = await engine.watchHealth(dial(engine));
  upstream.write(requestHead(request, path));
  if (head.length > 0) upstream.write(head);
  client.on('error', () => upstream.destroy());
  upstream.on('error', () => client.destroy());
  client.pipe(upstream);
  upstream.pipe(client);
  upstream.on('close', () => client.end());
  client.on('close', () => upstream.destroy());
}

function dial(engine: Engine): Promise<net.Socket> {
  const { address, client } = engine;
  const [, host = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(address) ?? [];
  const target = { host, port: Number(port), allowHalfOpen: true };
  return new Promise((resolve, reject) => {
    const socket = client.tls
      ? tls.connect({
          ...target,
          ...client.tls.context,
          rejectUnauthorized: client.tls.verify,
          ...(net.isIP(host) ? {} : { servername: host }),
        })
      : net.connect(target);
    const fail = (fault: Error) => reject(describeFault(fault, `dial tcp://${address}`, address));
    socket.once('error', fail);
    socket.once(client.tls ? 'secureConnect' : 'connect', () => {
      socket.off('error', fail);
      socket.setKeepAlive(true, keepAliveMs);
      resolve(socket);
    });
  });
}

function requestHead(request: IncomingMessage, path: string): string {
  const lines = [`${request.method ?? 'POST'} ${path} HTTP/1.1`];
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    lines.push(`${request.rawHeaders[index]}: ${request.rawHeaders[index + 1]}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}
