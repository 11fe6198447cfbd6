import { randomBytes } from 'node:crypto';
import { SWARM_ID_LABEL, containerLabels, swarmId, type Container } from '../engine/container.ts';
import type { Engine } from '../engine/engine.ts';
import { EngineAnswerError } from '../engine/faults.ts';
import { usedCpus, usedMemory } from '../engine/usage.ts';
import { log } from '../log.ts';
import type { Cluster } from './cluster.ts';
import { addExpr, configSwarmId, pinsNode, readExprs, type ContainerConfig } from './config.ts';
import { imageNames, matchesImage } from './images.ts';
import { findNetwork } from './networks.ts';
import { chooseNode, type PlacedContainer, type PlacementNode } from './placement.ts';
import { pullImage } from './image-transfer.ts';

interface Reservation {
  name: string;
  engine: Engine;
  config: ContainerConfig;
}

export class NameConflictError extends Error {
  override name = 'NameConflictError';
  constructor(taken: string) {
    super(
      `Conflict: The name ${taken} is already assigned. You have to delete (or rename) that container to be able to assign ${taken} to a container again.`,
    );
  }
}

/** Places new containers; those on their way to an engine already count for the next one. */
export class ContainerCreator {
  readonly #cluster: Cluster;
  readonly #reservations = new Set<Reservation>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  assertNameFree(name: string): void {
    if (name === '') return;
    const taken =
      this.#cluster.containers.some(({ summary }) =>
        (summary.Names ?? []).some((known) => known === name || known === `/${name}`),
      ) || [...this.#reservations].some((reservation) => reservation.name === name);
    if (taken) throw new NameConflictError(name);
  }

  async create(config: ContainerConfig, name: string, auth?: string): Promise<Container> {
    try {
      return await this.#createOnce(config, name, auth);
    } catch (error) {
      if (!this.#isElsewhere(config, error as Error)) throw error;
      // The chosen node cannot get the image, but another one has it: go where it is.
      return await this.#createOnce(config, name, auth, `image==${config.Image}`);
    }
  }

  /** A node to carry out something of no particular weight, such as a search or a network. */
  chooseEngine(config: ContainerConfig): Engine {
    const nodes = this.#cluster.engines.map((engine) => this.#describeNode(engine));
    const { id } = chooseNode(nodes, config, this.#cluster.filters);
    const engine = this.#cluster.engines.find((candidate) => candidate.id === id);
    if (!engine) throw new Error('error creating container');
    return engine;
  }

  #isElsewhere(config: ContainerConfig, error: Error): boolean {
    const missing =
      /image \S* not found|repository \S* not found|repository does not exist/.test(
        error.message,
      ) || isImageMissing(error);
    return (
      missing &&
      !pinsNode(config) &&
      this.#cluster.engines.some(({ inventory }) =>
        inventory.images.some((image) => matchesImage(image, config.Image)),
      )
    );
  }

  async #createOnce(
    config: ContainerConfig,
    name: string,
    auth: string | undefined,
    affinity?: string,
  ): Promise<Container> {
    this.assertNameFree(name);
    config.Labels[SWARM_ID_LABEL] ||= randomBytes(32).toString('hex');
    this.#placeOnNetworksNode(config);
    const wished = structuredClone(config);
    if (affinity) addExpr(wished, 'affinities', affinity);
    const engine = this.chooseEngine(wished);
    const reservation = { name, engine, config };
    this.#reservations.add(reservation);
    try {
      return await createOn(engine, config, name, auth);
    } catch (error) {
      log.error('Failed to create container', {
        NodeName: engine.name,
        NodeID: engine.id,
        error: (error as Error).message,
      });
      throw error;
    } finally {
      this.#reservations.delete(reservation);
    }
  }

  /** A network that exists on one node only draws the container there. */
  #placeOnNetworksNode(config: ContainerConfig): void {
    const mode = config.HostConfig.NetworkMode ?? '';
    const found = findNetwork(this.#cluster.engines, mode);
    if (found?.network.Scope !== 'local') return;
    const wish = `node==~${found.engine.name}`;
    if (!pinsNode(config) && !readExprs(config, 'constraints').includes(wish)) {
      addExpr(config, 'constraints', wish);
    }
    config.HostConfig.NetworkMode = found.network.Name;
  }

  #describeNode(engine: Engine): PlacementNode {
    const known = [...engine.inventory.containers.values()];
    const coming = [...this.#reservations].filter(
      (reservation) =>
        reservation.engine === engine &&
        !known.some((container) => swarmId(container) === configSwarmId(reservation.config)),
    );
    const reserved = (key: 'CpuShares' | 'Memory') =>
      coming.reduce((total, { config }) => total + (config.HostConfig[key] ?? 0), 0);
    return {
      id: engine.id,
      name: engine.name,
      labels: engine.labels,
      healthIndicator: engine.healthIndicator,
      containers: [...known.map(describeKnown), ...coming.map(describeComing)],
      images: imageNames(engine.inventory.images),
      usedCpus: usedCpus(engine) + reserved('CpuShares'),
      totalCpus: engine.totalCpus,
      usedMemory: usedMemory(engine) + reserved('Memory'),
      totalMemory: engine.totalMemory,
    };
  }
}

async function createOn(
  engine: Engine,
  config: ContainerConfig,
  name: string,
  auth: string | undefined,
): Promise<Container> {
  const shares = Math.ceil(((config.HostConfig.CpuShares ?? 0) * 1024) / engine.cpus);
  const json = { ...config, HostConfig: { ...config.HostConfig, CpuShares: shares } };
  const path = `/containers/create${name === '' ? '' : `?name=${encodeURIComponent(name)}`}`;
  const send = () =>
    engine.watchHealth(engine.client.json<{ Id: string }>(path, { method: 'POST', json }));
  const { Id } = await send().catch(async (error: unknown) => {
    if (!isImageMissing(error)) throw error;
    await pullImage(engine, config.Image, auth);
    return send();
  });
  const container = await engine.watchHealth(engine.inventory.readContainer(Id, true));
  if (!container) throw new Error("Container created but refresh didn't report it back");
  return container;
}

function isImageMissing(error: unknown): boolean {
  return (
    error instanceof EngineAnswerError &&
    error.status === 404 &&
    error.reason.includes('No such image')
  );
}

function describeKnown(container: Container): PlacedContainer {
  const { info, summary } = container;
  const exposed = info.Config['ExposedPorts'] as Record<string, unknown> | null | undefined;
  return {
    id: container.id,
    swarmId: swarmId(container),
    name: (summary.Names?.[0] ?? '').replace(/^\//, ''),
    labels: containerLabels(container),
    networkMode: info.HostConfig.NetworkMode ?? '',
    exposedPorts: Object.keys(exposed ?? {}),
    ports: [info.HostConfig.PortBindings ?? {}, info.NetworkSettings?.Ports ?? {}],
  };
}

function describeComing({ name, config }: Reservation): PlacedContainer {
  return {
    id: '',
    swarmId: configSwarmId(config),
    name,
    labels: config.Labels,
    networkMode: config.HostConfig.NetworkMode ?? '',
    exposedPorts: Object.keys(config.ExposedPorts ?? {}),
    ports: [config.HostConfig.PortBindings ?? {}],
  };
}
