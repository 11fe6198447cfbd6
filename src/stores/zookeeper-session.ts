import net from 'node:net';
import { abortable } from '../util/abort.ts';
import { sayAddress, type StoreAddress } from './address.ts';
import { bool, buffer, int, long, Reader, text } from './jute.ts';
import { explainConnection, StoreError } from './store-error.ts';

/** Codes of ZooKeeper's answers. (KeeperException.Code) */
export const ZOOKEEPER = { noNode: -101, noAuth: -102, nodeExists: -110, notEmpty: -111 } as const;

/** (ZooDefs.OpCode) */
const OPERATION = { create: 1, delete: 2, getData: 4, sync: 9, ping: 11, getChildren: 12 } as const;
const CLOSE = -11;
const PING_XID = -2;

/** What swarm's client asks for, so that the answer is what swarm gets too. (libkv, store/zookeeper) */
const WANTED_TIMEOUT = 10_000;
/** More than this in one message is not ZooKeeper: its own limit is 1 MiB. (jute.maxbuffer) */
const LONGEST_MESSAGE = 16 * 1024 * 1024;
/** How long the server may take to confirm the end of a session before the connection is cut. */
const FAREWELL = 500;

interface Waiting {
  readonly resolve: (reply: Reader) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A session with one server of a ZooKeeper. Of the protocol it has what swarmctl needs, and unlike
 * a general client it neither reconnects nor queues: whoever asks retries, and knows until when.
 */
export class ZooKeeperSession {
  /** `host:port` of the server that gave the session. */
  readonly server: string;
  /** Milliseconds of silence after which the server ends a session that asked for 10 s. */
  timeout = 0;
  private readonly socket: net.Socket;
  private readonly waiting = new Map<number, Waiting>();
  private received = Buffer.alloc(0);
  private greeted = false;
  private failure: StoreError | undefined;
  private xid = 0;
  private pings: NodeJS.Timeout | undefined;

  private constructor(address: StoreAddress) {
    this.server = sayAddress(address);
    this.socket = net.connect({ host: address.host, port: address.port, noDelay: true });
    this.socket.on('data', (data) => {
      this.take(data);
    });
    this.socket.on('error', (error) => {
      this.fail(`${this.server}: ${explainConnection(error, false)}`, error);
    });
    // A server without a quorum, or with too many connections from one address, just hangs up.
    this.socket.on('close', () => {
      this.fail(
        this.greeted
          ? `${this.server} ended the connection`
          : `${this.server} gives no session: no quorum, too many connections from here, or no ZooKeeper`,
      );
    });
  }

  /** A session with that server, or the reason why there is none. */
  static async open(address: StoreAddress, signal: AbortSignal): Promise<ZooKeeperSession> {
    signal.throwIfAborted();
    const session = new ZooKeeperSession(address);
    try {
      const hello = [int(0), long(0n), int(WANTED_TIMEOUT), long(0n), buffer(Buffer.alloc(16))];
      // The reply to the greeting carries no xid; nothing else waits for it under this one.
      const reply = await abortable(session.send(0, [...hello, bool(false)]), signal);
      reply.int();
      session.timeout = reply.int();
      if (session.timeout <= 0) throw new StoreError(`${session.server} refuses the session`);
    } catch (error) {
      session.cut();
      throw error;
    }
    session.pings = setInterval(() => {
      session.send(PING_XID, [int(PING_XID), int(OPERATION.ping)]).catch(() => undefined);
    }, session.timeout / 3).unref();
    return session;
  }

  /** Names of the children; rejects with `ZOOKEEPER.noNode` when the path does not exist. */
  async children(path: string): Promise<string[]> {
    return (await this.call(OPERATION.getChildren, path, [text(path), bool(false)])).texts();
  }

  async data(path: string): Promise<Buffer> {
    return (await this.call(OPERATION.getData, path, [text(path), bool(false)])).buffer();
  }

  /** A persistent node that everybody may do anything with, as swarm makes them. */
  async create(path: string, data: Buffer): Promise<void> {
    const everything = [int(1), int(31), text('world'), text('anyone')];
    await this.call(OPERATION.create, path, [text(path), buffer(data), ...everything, int(0)]);
  }

  /** One node, whatever its version; rejects with `ZOOKEEPER.notEmpty` when it has children. */
  async delete(path: string): Promise<void> {
    await this.call(OPERATION.delete, path, [text(path), int(-1)]);
  }

  /** Afterwards this server has seen what its leader had seen before. */
  async sync(path: string): Promise<void> {
    await this.call(OPERATION.sync, path, [text(path)]);
  }

  /** Ends the session on the server too, if that answers in time; never rejects. */
  async close(): Promise<void> {
    if (this.failure === undefined) {
      const farewell = this.send(++this.xid, [int(this.xid), int(CLOSE)]).catch(() => undefined);
      const patience = new AbortController();
      const timer = setTimeout(() => {
        patience.abort(new Error('no farewell'));
      }, FAREWELL);
      await abortable(farewell, patience.signal).catch(() => undefined);
      clearTimeout(timer);
    }
    this.cut();
  }

  /** Ends the connection at once; the server ends the session when its time is over. */
  cut(): void {
    this.fail(`the session with ${this.server} is closed`);
  }

  private async call(operation: number, path: string, body: readonly Buffer[]): Promise<Reader> {
    const xid = ++this.xid;
    const reply = await this.send(xid, [int(xid), int(operation), ...body]);
    reply.long();
    const status = reply.int();
    if (status !== 0) {
      throw new StoreError(`${this.server}: ${path}: ${sayCode(status)}`, { status });
    }
    return reply;
  }

  private send(xid: number, parts: readonly Buffer[]): Promise<Reader> {
    return new Promise((resolve, reject) => {
      if (this.failure) {
        reject(this.failure);
        return;
      }
      this.waiting.set(xid, { resolve, reject });
      this.socket.write(buffer(Buffer.concat(parts)));
    });
  }

  private take(data: Buffer): void {
    this.received = Buffer.concat([this.received, data]);
    while (this.received.length >= 4) {
      const length = this.received.readInt32BE();
      if (length < 16 || length > LONGEST_MESSAGE) {
        this.fail(`${this.server} does not speak ZooKeeper's protocol`);
        return;
      }
      if (this.received.length < 4 + length) return;
      const reply = new Reader(this.received.subarray(4, 4 + length));
      this.received = this.received.subarray(4 + length);
      const xid = this.greeted ? reply.int() : 0;
      this.greeted = true;
      this.waiting.get(xid)?.resolve(reply);
      this.waiting.delete(xid);
    }
  }

  /** The first failure is the reason; what comes after it follows from it. */
  private fail(message: string, cause?: unknown): void {
    if (this.failure) return;
    this.failure = new StoreError(message, { cause });
    clearInterval(this.pings);
    this.socket.destroy();
    for (const { reject } of this.waiting.values()) reject(this.failure);
    this.waiting.clear();
  }
}

function sayCode(code: number): string {
  switch (code) {
    case ZOOKEEPER.noNode:
      return 'no such node';
    case ZOOKEEPER.noAuth:
      return 'not allowed (the node has an ACL; swarm knows no ZooKeeper passwords)';
    case ZOOKEEPER.nodeExists:
      return 'it exists already';
    case ZOOKEEPER.notEmpty:
      return 'it has children';
    default:
      return `ZooKeeper's error ${code}`;
  }
}
