import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import net, { type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import path from 'node:path';
import { Engine } from '../../src/engine/engine.ts';
import { reachDocker } from '../../src/ssh/docker-api.ts';
import { dockerAt, type Docker } from '../sandbox/docker.mjs';
import { importFolder } from '../sandbox/import-folder.mjs';
import { fillRegistry, startRegistry, type Registry } from '../sandbox/registry.mjs';
import type { SshHost } from '../sandbox/ssh-host.mjs';
import { sandbox } from './settings.ts';
import type { SshPlace } from './ssh-place.ts';

/** A server with an engine of its own, reached over SSH. */
export interface PullingHost {
  readonly host: SshHost;
  readonly engine: Engine;
}

/** Registries with the same images, next to servers over SSH that pull from them. */
export class RegistryPlace {
  readonly docker: Docker = dockerAt(sandbox.engine());
  readonly folder: string;
  readonly #place: SshPlace;
  readonly #registries: Registry[] = [];
  readonly #engines: Engine[] = [];
  readonly #made: string[] = [];

  private constructor(place: SshPlace, folder: string) {
    this.#place = place;
    this.folder = folder;
  }

  static async open(place: SshPlace): Promise<RegistryPlace> {
    return new RegistryPlace(place, await mkdtemp('/tmp/swarmctl-registry-'));
  }

  /** The address of this machine by which a server reaches it. */
  async addressFor({ name }: SshHost): Promise<string> {
    const format = '{{range .NetworkSettings.Networks}}{{.Gateway}}{{end}}';
    return this.docker(['inspect', '--format', format, name]);
  }

  /** An image of so many bytes that no packing makes smaller, on the engine of this machine. */
  async makeImage(name: string, bytes: number): Promise<string> {
    const folder = await mkdtemp(path.join(this.folder, 'image-'));
    await writeFile(path.join(folder, 'noise'), randomBytes(bytes));
    await importFolder(this.docker, folder, { tag: name });
    await rm(folder, { recursive: true });
    this.#made.push(name);
    return name;
  }

  async fill(...images: { image: string; as: string }[]): Promise<void> {
    await fillRegistry(this.docker, this.folder, images);
  }

  async registry(address: string, options: { tls?: boolean; locked?: boolean; port?: number }) {
    const registry = await startRegistry({ folder: this.folder, address, ...options });
    this.#registries.push(registry);
    return registry;
  }

  /** Sets up the engine of a server, and reaches it. */
  async reach(host: SshHost, daemon: object, trusted: readonly Registry[]): Promise<PullingHost> {
    for (const { name, ca } of trusted) {
      await put(host, `/etc/docker/certs.d/${name}/ca.crt`, await readFile(ca, 'utf8'));
    }
    await this.setUp(host, daemon);
    const connection = await this.#place.connect({ host: host.address, user: 'root' });
    const { endpoint } = await reachDocker(connection, new AbortController().signal);
    const engine = new Engine(endpoint);
    this.#engines.push(engine);
    return { host, engine };
  }

  async setUp(host: SshHost, daemon: object): Promise<void> {
    await put(host, '/etc/docker/daemon.json', JSON.stringify(daemon));
    await host.exec('systemctl', 'restart', 'docker');
  }

  async close(): Promise<void> {
    for (const engine of this.#engines) engine.close();
    for (const registry of this.#registries) await registry.kill();
    if (this.#made.length > 0) await this.docker(['rmi', ...this.#made]);
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function put(host: SshHost, file: string, text: string): Promise<void> {
  const script = 'mkdir -p "$(dirname "$1")" && printf %s "$2" > "$1"';
  await host.exec('sh', '-c', script, 'put', file, text);
}

/**
 * A way to a registry that ends it once, when so many bytes have come back: in the middle of a
 * pull, however fast that is.
 */
export async function fatalWay(registry: Registry, bytes: number) {
  const [host = '', port = ''] = registry.name.split(':');
  const sockets = new Set<Socket>();
  let left = bytes;
  const server = net.createServer((client) => {
    const upstream = net.connect(Number(port), host);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    upstream.once('error', () => client.destroy());
    // What is still on the way arrives first.
    upstream.once('end', () => client.end());
    client.once('close', () => upstream.destroy());
    client.pipe(upstream);
    upstream.on('data', (chunk: Buffer) => {
      const before = left;
      left -= chunk.length;
      if (before > 0 && left <= 0) void registry.kill().then(() => client.destroy());
      else client.write(chunk);
    });
  });
  server.listen(0, host);
  await once(server, 'listening');
  return {
    name: `${host}:${(server.address() as AddressInfo).port}`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
