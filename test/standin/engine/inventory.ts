import type { Container } from './container.ts';
import type { EngineClient } from './client.ts';
import type { Engine } from './engine.ts';
import { EngineAnswerError } from './faults.ts';
import type {
  ContainerInspect,
  ContainerSummary,
  ImageSummary,
  NetworkResource,
  Volume,
} from './types.ts';

const listTimeoutMs = 30_000;

/** What one engine holds, as far as the manager has read it. */
export class Inventory {
  readonly containers = new Map<string, Container>();
  images: ImageSummary[] = [];
  networks: NetworkResource[] = [];
  volumes: Volume[] = [];
  readonly #engine: Engine;
  readonly #client: EngineClient;

  constructor(engine: Engine, client: EngineClient) {
    this.#engine = engine;
    this.#client = client;
  }

  /** Reads the list; a container is inspected if it is new, restarting, or `full` asks for all. */
  async readContainers(full: boolean): Promise<void> {
    const listed = await this.#client.json<ContainerSummary[]>('/containers/json?all=1&limit=0', {
      timeoutMs: listTimeoutMs,
    });
    for (const summary of listed) await this.#merge(summary, full);
    const present = new Set(listed.map(({ Id }) => Id));
    for (const id of this.containers.keys()) if (!present.has(id)) this.containers.delete(id);
  }

  async readContainer(id: string, full: boolean): Promise<Container | undefined> {
    const filters = encodeURIComponent(JSON.stringify({ id: { [id]: true } }));
    const [summary] = await this.#client.json<ContainerSummary[]>(
      `/containers/json?all=1&limit=0&filters=${filters}`,
    );
    if (!summary) {
      this.containers.delete(id);
      return undefined;
    }
    return this.#merge(summary, full);
  }

  async readImages(): Promise<void> {
    this.images = await this.#client.json<ImageSummary[]>('/images/json?all=1');
  }

  async readNetworks(): Promise<void> {
    this.networks = await this.#client.json<NetworkResource[]>('/networks');
  }

  async readVolumes(): Promise<void> {
    const { Volumes } = await this.#client.json<{ Volumes: Volume[] | null }>('/volumes');
    this.volumes = Volumes ?? [];
  }

  async #merge(summary: ContainerSummary, full: boolean): Promise<Container | undefined> {
    const known = this.containers.get(summary.Id);
    if (known && !full && !known.info.State.Restarting) {
      known.summary = summary;
      return known;
    }
    try {
      const info = await this.#client.json<ContainerInspect>(`/containers/${summary.Id}/json`);
      const container = known ?? { engine: this.#engine, id: summary.Id, summary, info };
      Object.assign(container, { summary, info });
      this.containers.set(summary.Id, container);
      return container;
    } catch (error) {
      // Removed between the list and the inspection.
      if (error instanceof EngineAnswerError && error.status === 404) {
        this.containers.delete(summary.Id);
        return undefined;
      }
      throw error;
    }
  }
}
