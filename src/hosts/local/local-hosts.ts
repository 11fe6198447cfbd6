import { localOf, parseRecord, type ClusterRecord, type Host } from '../../cluster/record.ts';
import {
  isUp,
  wasStopped,
  type ContainerFacts,
  type Engine,
  type Labels,
} from '../../engine/engine.ts';
import { EngineError } from '../../engine/engine-error.ts';
import type { FileToPut } from '../../engine/pack-files.ts';
import { SwarmctlError } from '../../errors.ts';
import { once } from '../../util/once.ts';
import { clusterOf, LABEL, LABEL_SCHEMA, ofCluster } from '../labels.ts';
import {
  hostConfig,
  hostContainer,
  hostFiles,
  hostLabels,
  reachCommand,
} from './host-container.ts';
import { isRefusedGrant, likelyGrant, type Grant } from './grant.ts';
import { containerName, recordName, replacedName, volumeName } from './names.ts';

/** Seconds in which an engine ends its containers and itself. */
const STOP_DEADLINE = 20;

/** The hosts of one cluster as containers of an outer engine. */
export class LocalHosts {
  readonly outer: Engine;
  readonly #record: ClusterRecord;
  readonly #storePort: number | undefined;
  readonly #grant: () => Promise<Grant>;

  constructor(outer: Engine, record: ClusterRecord, storePort: number | undefined) {
    this.outer = outer;
    this.#record = record;
    this.#storePort = storePort;
    this.#grant = once(() => likelyGrant(outer.endpoint));
  }

  // The network

  async hasNetwork(signal: AbortSignal): Promise<boolean> {
    const networks = await this.outer.listNetworks(signal, ofCluster(this.#record.spec.name));
    return networks.length > 0;
  }

  /** Its labels hold the record, from which everything can be found when the local state is lost. */
  async createNetwork(publicRecord: ClusterRecord, signal: AbortSignal): Promise<void> {
    const { name, subnet } = localOf(this.#record).network;
    await this.outer.createNetwork(
      {
        Name: name,
        CheckDuplicate: true,
        Driver: 'bridge',
        IPAM: { Driver: 'default', Config: [{ Subnet: subnet }] },
        Labels: {
          [LABEL.cluster]: this.#record.spec.name,
          [LABEL.schema]: LABEL_SCHEMA,
          [LABEL.record]: JSON.stringify(publicRecord),
        },
      },
      signal,
    );
  }

  /** Removes whatever network carries the cluster's label. */
  async removeNetwork(signal: AbortSignal): Promise<void> {
    const networks = await this.outer.listNetworks(signal, ofCluster(this.#record.spec.name));
    for (const { Id, Name } of networks) {
      const strangers = await this.outer.containersOn(Id, signal);
      if (strangers.length > 0) {
        throw new SwarmctlError(
          'LEFTOVERS',
          `network ${Name} is still used by ${strangers.join(', ')}`,
          { suggestions: strangers.map((each) => `docker network disconnect ${Name} ${each}`) },
        );
      }
      await this.outer.removeNetwork(Id, signal);
    }
  }

  /** The record that the labels hold. */
  async labelled(signal: AbortSignal): Promise<ClusterRecord | undefined> {
    return (await this.noted(signal))?.record;
  }

  /**
   * What the labels hold, and since when by the engine's clock; undefined when there are none. Those
   * of a network cannot be changed, so a volume has later ones.
   */
  async noted(
    signal: AbortSignal,
  ): Promise<{ record: ClusterRecord | undefined; since: string } | undefined> {
    const { name } = this.#record.spec;
    const [volume, [network]] = await Promise.all([
      this.outer.findVolume(recordName(name), signal),
      this.outer.listNetworks(signal, ofCluster(name)),
    ]);
    const noted = (labels: Labels | undefined, since: string) => ({
      record: parseRecord(labels?.[LABEL.record] ?? ''),
      since,
    });
    if (volume && this.#isOurs(volume.Labels)) return noted(volume.Labels, volume.CreatedAt);
    return network && noted(network.Labels, network.Created);
  }

  async label(publicRecord: ClusterRecord, signal: AbortSignal): Promise<void> {
    await this.removeLabel(signal);
    const { name } = this.#record.spec;
    const labels = {
      [LABEL.cluster]: name,
      [LABEL.schema]: LABEL_SCHEMA,
      [LABEL.record]: JSON.stringify(publicRecord),
    };
    await this.outer.createVolume(recordName(name), labels, signal);
  }

  async removeLabel(signal: AbortSignal): Promise<void> {
    const name = recordName(this.#record.spec.name);
    const found = await this.outer.findVolume(name, signal);
    if (found && this.#isOurs(found.Labels)) await this.outer.removeVolume(name, signal);
  }

  // One host

  async find(host: Host, signal: AbortSignal): Promise<ContainerFacts | undefined> {
    const name = containerName(host.name);
    const found = await this.outer.findContainer(name, signal);
    if (found && !this.#isOurs(found.Config.Labels)) {
      throw new SwarmctlError('STEP_FAILED', `a container ${name} is there that is not ours`, {
        host: host.name,
        suggestions: [`docker rename ${name} another-name`],
      });
    }
    return found;
  }

  #isOurs(labels: Labels | null): boolean {
    return clusterOf(labels) === this.#record.spec.name;
  }

  /** Whether it runs, with the settings that it is to have. */
  async isRunning(host: Host, signal: AbortSignal): Promise<boolean> {
    const found = await this.find(host, signal);
    return found !== undefined && isUp(found) && !this.#isOutdated(found, host);
  }

  /** Whether it is there with other settings. */
  async isOutdated(host: Host, signal: AbortSignal): Promise<boolean> {
    const found = await this.find(host, signal);
    return found !== undefined && this.#isOutdated(found, host);
  }

  #isOutdated({ Config }: ContainerFacts, host: Host): boolean {
    const made: string | undefined = Config.Labels[LABEL.config];
    return made !== undefined && made !== hostConfig(this.#record, host);
  }

  /**
   * Makes the host run: starts it where it exists, otherwise creates it with everything it needs,
   * so that its engine has our certificates from its first second. One with other settings gives way
   * to one that takes over its data.
   */
  async start(
    host: Host,
    credentials: () => Promise<FileToPut[]>,
    signal: AbortSignal,
  ): Promise<void> {
    const found = await this.find(host, signal);
    const hasRun = found && found.State.Status !== 'created';
    if (hasRun && !this.#isOutdated(found, host)) {
      await this.outer.startContainer(found.Id, signal);
      return;
    }
    if (hasRun) await this.#setAside(host, signal);
    // A container that was created but never ran holds nothing.
    else if (found) await this.outer.removeContainer(found.Id, signal);
    const replaced = await this.#replaced(host, signal);
    const identity = replaced ? await this.#identity(replaced.Id, signal) : [];
    const [own, scripts, grant] = await Promise.all([
      credentials(),
      hostFiles(this.#record.spec.engine.environment),
      this.#grant(),
      this.outer.createVolume(volumeName(host.name), hostLabels(this.#record, host), signal),
    ]);
    const files = [...own, ...scripts, ...identity];
    try {
      await this.#createAndStart(host, grant, files, signal);
    } catch (error) {
      if (grant !== 'privileged' || !isRefusedGrant(error)) throw error;
      await this.outer.removeContainer(containerName(host.name), signal);
      await this.#createAndStart(host, 'capabilities', files, signal);
    }
    if (replaced) await this.outer.removeContainer(replaced.Id, signal);
  }

  /** Ends a host, and keeps it until another one runs in its place. */
  async #setAside(host: Host, signal: AbortSignal): Promise<void> {
    const name = containerName(host.name);
    await this.outer.stopContainer(name, STOP_DEADLINE, signal);
    const earlier = await this.#replaced(host, signal);
    if (earlier) await this.outer.removeContainer(earlier.Id, signal);
    await this.outer.renameContainer(name, replacedName(host.name), signal);
  }

  async #replaced(host: Host, signal: AbortSignal): Promise<ContainerFacts | undefined> {
    const found = await this.outer.findContainer(replacedName(host.name), signal);
    return found && this.#isOurs(found.Config.Labels) ? found : undefined;
  }

  /**
   * The key from which older engines have their ID, of the host that is replaced: the manager takes
   * an engine with another ID for a stranger.
   */
  async #identity(container: string, signal: AbortSignal): Promise<FileToPut[]> {
    const files = await this.outer.readFiles(container, '/etc/docker', signal);
    const text = files.get('key.json');
    return text === undefined ? [] : [{ path: '/etc/docker/key.json', text, mode: 0o600 }];
  }

  async #createAndStart(
    host: Host,
    grant: Grant,
    files: readonly FileToPut[],
    signal: AbortSignal,
  ): Promise<void> {
    const name = containerName(host.name);
    await this.outer.createContainer(
      hostContainer(this.#record, host, this.#storePort, grant),
      signal,
    );
    await this.outer.putFiles(name, files, signal);
    await this.outer.startContainer(name, signal);
  }

  /** Ends a host and all that runs on it, until it is started again. */
  async stop(host: Host, signal: AbortSignal): Promise<void> {
    const found = await this.find(host, signal);
    if (found) await this.outer.stopContainer(found.Id, STOP_DEADLINE, signal);
  }

  /** Whether it is there and runs, with whatever settings. */
  async isUp(host: Host, signal: AbortSignal): Promise<boolean> {
    const found = await this.find(host, signal);
    return found !== undefined && isUp(found);
  }

  /** Removes a host's container and volume; what bears their names and is not ours stays. */
  async remove(host: Host, signal: AbortSignal): Promise<void> {
    const volume = volumeName(host.name);
    for (const container of [containerName(host.name), replacedName(host.name)]) {
      const found = await this.outer.findContainer(container, signal);
      if (found && this.#isOurs(found.Config.Labels)) {
        await this.outer.removeContainer(container, signal);
      }
    }
    const kept = await this.outer.findVolume(volume, signal);
    if (kept && this.#isOurs(kept.Labels)) await this.outer.removeVolume(volume, signal);
  }

  /** Why a host's engine does not run, in its own last words; undefined while it does. */
  async whyStopped(host: Host, signal: AbortSignal): Promise<string | undefined> {
    const found = await this.find(host, signal);
    if (!found) return `its container ${containerName(host.name)} is gone`;
    if (isUp(found)) return undefined;
    if (wasStopped(found)) return `it was stopped: swarmctl start ${host.name} starts it`;
    const log = await this.outer.logTail(found.Id, 5, signal).catch(() => '');
    return `its engine ended with exit code ${String(found.State.ExitCode)}: ${log.trim()}`;
  }

  /** Asks from `from` whether `to`'s engine can be reached; rejects with the reason when it cannot. */
  async reach(from: Host, to: Host, signal: AbortSignal): Promise<void> {
    const { exitCode, output } = await this.outer.exec(
      containerName(from.name),
      reachCommand(to),
      signal,
    );
    if (exitCode !== 0) throw new Error(output.trim() || `exit code ${String(exitCode)}`);
  }

  /** Puts files on a host, in place of what is there. */
  async put(host: Host, files: readonly FileToPut[], signal: AbortSignal): Promise<void> {
    await this.outer.putFiles(containerName(host.name), files, signal);
  }

  /** The texts of the files in a folder of a host, by name; empty when there are none. */
  async read(host: Host, folder: string, signal: AbortSignal): Promise<Map<string, string>> {
    return this.outer.readFiles(containerName(host.name), folder, signal);
  }
}

/** Whether an error is the outer engine saying that a host port is taken. */
export function isPortTaken(error: unknown): boolean {
  return (
    error instanceof EngineError &&
    /port is already allocated|address already in use/.test(error.message)
  );
}
