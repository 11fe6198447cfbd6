import type net from 'node:net';
import { buffer, int, long, Reader, text } from '../../../src/stores/jute.ts';
import { tcpServer } from './support.ts';

/** What the fake answers to one operation: the body of the reply, or an error number. */
type Reply = readonly Buffer[] | number;

interface Script {
  /** Milliseconds that it grants to a session. */
  readonly timeout?: number;
  /** By the number of the operation; the path is what the request begins with. */
  readonly answer?: (operation: number, path: string) => Reply | undefined;
  /** Bytes a second packet is cut into, to show that packets are no messages. */
  readonly pieces?: number;
}

export const OPERATION = { delete: 2, getData: 4, sync: 9, getChildren: 12, close: -11 } as const;

export function children(...names: string[]): Buffer[] {
  return [int(names.length), ...names.map(text)];
}

/** Speaks enough of ZooKeeper's protocol for one client at a time; the operations it saw. */
export async function fakeZooKeeper({ timeout = 10_000, answer, pieces = 4096 }: Script) {
  const seen: { operation: number; path: string }[] = [];
  const reply = (socket: net.Socket, ...parts: readonly Buffer[]) => {
    const message = buffer(Buffer.concat(parts));
    for (let from = 0; from < message.length; from += pieces) {
      socket.write(message.subarray(from, from + pieces));
    }
  };
  const port = await tcpServer((socket) => {
    let received = Buffer.alloc(0);
    let greeted = false;
    socket.on('data', (data) => {
      if (!greeted && data.toString().startsWith('srvr')) {
        socket.end('Zookeeper version: 3.8.0-${mvngit.commit.id}, built on 2024-12-29\nMode: x\n');
        return;
      }
      received = Buffer.concat([received, data]);
      while (received.length >= 4 && received.length >= 4 + received.readInt32BE()) {
        const length = received.readInt32BE();
        const request = new Reader(received.subarray(4, 4 + length));
        received = received.subarray(4 + length);
        if (!greeted) {
          greeted = true;
          reply(socket, int(0), int(timeout), long(7n), buffer(Buffer.alloc(16)));
          continue;
        }
        const [xid, operation] = [request.int(), request.int()];
        const path = operation === OPERATION.close ? '' : request.text();
        seen.push({ operation, path });
        const answered = answer?.(operation, path) ?? [];
        const failed = typeof answered === 'number';
        reply(socket, int(xid), long(1n), int(failed ? answered : 0), ...(failed ? [] : answered));
        if (operation === OPERATION.close) socket.end();
      }
    });
  });
  return { port, seen };
}
