import { createServer } from 'node:net';
import { once as event } from 'node:events';
import { Engine } from '../../engine/engine.ts';
import { SwarmctlError } from '../../errors.ts';
import { connect, type SshOptions } from '../../ssh/connect.ts';
import type { SshConnection } from '../../ssh/connection.ts';
import { copyFiles, type Files } from '../../ssh/copy.ts';
import { reachDocker } from '../../ssh/docker-api.ts';
import { parseSshUrl } from '../../ssh/target.ts';
import { abortable, firstOf } from '../../util/abort.ts';
import { gate } from '../../util/concurrency.ts';
import { hostPort } from '../../util/host-port.ts';
import { once } from '../../util/once.ts';
import type { ServerFacts } from './facts.ts';
import { lookAtServer } from './look.ts';

type Options = Omit<SshOptions, 'deadline'> & {
  /** Milliseconds that a host may take to let us in. */
  readonly remaining: () => number;
  /** Told of keys that were taken at the first contact. */
  readonly onNewKey: (sentence: string) => void;
};

/**
 * The servers of a cluster, by their `ssh://` URLs: each is connected when it is needed, and anew
 * when its connection was lost. What goes through a connection is asked for when it is used.
 */
export class Servers {
  readonly #options: Options;
  readonly #signal: AbortSignal;
  readonly #closing = new AbortController();
  readonly #connections = new Map<string, () => Promise<SshConnection>>();
  /** Through a connection that is lost, an engine is out of reach. */
  readonly #engines = new Map<SshConnection, () => Promise<Engine>>();
  readonly #facts = new Map<string, () => Promise<ServerFacts>>();
  readonly #opened: SshConnection[] = [];
  /** Questions of several hosts come one after another. */
  readonly #asking = gate(1);

  constructor(options: Options, signal: AbortSignal) {
    this.#options = options;
    this.#signal = firstOf(signal, this.#closing.signal);
  }

  /** Its connection; with a signal, whoever asks no longer waits when that aborts. */
  async connection(url: string, signal = this.#signal): Promise<SshConnection> {
    const known = this.#connections.get(url);
    if (known) {
      const connection = await abortable(known(), signal);
      if (connection.master.isOpen) return connection;
    }
    // Of those that find it lost at the same time, the first has seen to it.
    const current = this.#connections.get(url);
    const next = current === known || !current ? once(() => this.#connect(url)) : current;
    this.#connections.set(url, next);
    return abortable(next(), signal);
  }

  /** Its engine, through the connection. */
  async engine(url: string): Promise<Engine> {
    const connection = await this.connection(url);
    const found =
      this.#engines.get(connection) ??
      once(async () => new Engine((await reachDocker(connection, this.#signal)).endpoint));
    this.#engines.set(connection, found);
    return found();
  }

  /** What it says of itself; asked once, until something about it has changed. */
  async facts(url: string): Promise<ServerFacts> {
    const found =
      this.#facts.get(url) ??
      once(async () =>
        lookAtServer(await this.connection(url), () => this.engine(url), this.#signal),
      );
    this.#facts.set(url, found);
    return found();
  }

  forget(url: string): void {
    this.#facts.delete(url);
  }

  /** A port on this machine that leads to one of the host's own; undefined when it forbids that. */
  async forward(url: string, host: string, port: number): Promise<number | undefined> {
    const { master } = await this.connection(url);
    for (let attempt = 0; attempt < 3; attempt++) {
      const local = await freePort();
      // Somebody else may have taken the port in between.
      const problem = await master.control('forward', `127.0.0.1:${local}:${hostPort(host, port)}`);
      if (problem === undefined) return local;
    }
    return undefined;
  }

  /** Copies files with scp, and returns its exit code. */
  async copy(url: string, files: Files, signal: AbortSignal): Promise<number> {
    return copyFiles(await this.connection(url), files, signal);
  }

  async #connect(url: string): Promise<SshConnection> {
    const target = parseSshUrl(url);
    if ('problems' in target) throw new Error(target.problems.join('; '));
    const options = { ...this.#options, deadline: this.#options.remaining() };
    const silent = () => connect(target, { ...options, interactive: false }, this.#signal);
    const connection = await silent().catch((error: unknown) => {
      const asks = error instanceof SwarmctlError && error.code === 'SSH_AUTH';
      if (!asks || !options.interactive) throw error;
      return this.#asking(() => connect(target, options, this.#signal));
    });
    this.#opened.push(connection);
    for (const key of connection.newHostKeys) this.#options.onNewKey(key);
    return connection;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const engine of this.#engines.values()) {
      void engine().then(
        (opened) => {
          opened.close();
        },
        () => undefined,
      );
    }
    await Promise.all(this.#opened.map((connection) => connection.close()));
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await event(server, 'listening');
  const address = server.address();
  server.close();
  await event(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}
