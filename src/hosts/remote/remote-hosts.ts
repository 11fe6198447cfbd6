import type { ClusterRecord, Host } from '../../cluster/record.ts';
import type { Engine } from '../../engine/engine.ts';
import { reasonOf } from '../../errors.ts';
import { isSsh } from '../kind.ts';
import type { Hosts } from '../hosts.ts';
import { ofCluster } from '../labels.ts';
import type { Servers } from '../ssh/servers.ts';
import { sayReach } from '../reach/target.ts';
import { tryReach } from '../reach/try-reach.ts';

/** Hosts that were there before the cluster: servers over SSH, and engines that listen on TCP. */
export class RemoteHosts implements Hosts {
  readonly #record: ClusterRecord;
  readonly #servers: Servers;
  readonly #engine: (host: Host) => Promise<Engine>;

  constructor(record: ClusterRecord, servers: Servers, engine: (host: Host) => Promise<Engine>) {
    this.#record = record;
    this.#servers = servers;
    this.#engine = engine;
  }

  async whyStopped(host: Host, signal: AbortSignal): Promise<string | undefined> {
    if (!isSsh(host)) return undefined;
    const connection = await this.#servers.connection(host.url, signal).catch(reasonOf);
    if (typeof connection === 'string') return connection;
    const asked = await connection.run(['systemctl', 'is-active', 'docker'], { signal });
    const state = asked.stdout.toString('utf8').trim();
    return state === 'failed' || state === 'inactive'
      ? `its unit docker.service is ${state}: see swarmctl ssh ${host.name} -- journalctl -u docker`
      : undefined;
  }

  /** From an engine that listens on TCP nothing can be tried: the manager will tell. */
  async reach(from: Host, to: Host, signal: AbortSignal): Promise<void> {
    if (!isSsh(from)) return;
    const connection = await this.#servers.connection(from.url);
    const target = { host: to.address, port: to.ports.engine };
    const run = (command: string[], stdin: string, limit: AbortSignal) =>
      connection.run(command, { stdin, signal: limit });
    const [reach] = await tryReach(run, [target], signal);
    if (reach?.outcome === 'refused' || reach?.outcome === 'blocked') {
      throw new Error(sayReach(reach));
    }
  }

  /** Services hold their files themselves (steps/create-service.ts): any may have the folder. */
  async read(host: Host, folder: string, signal: AbortSignal): Promise<Map<string, string>> {
    const engine = await this.#engine(host);
    const containers = await engine.listContainers(ofCluster(this.#record.spec.name), signal);
    for (const { Id } of containers) {
      const files = await engine.readFiles(Id, folder, signal);
      if (files.size > 0) return files;
    }
    return new Map();
  }
}
