import { lookup } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { log } from '../log.ts';
import type { ManagerTls } from '../tls.ts';
import { createEngineClient, type EngineClient } from './client.ts';
import { watchEngineEvents } from './events.ts';
import { EngineConnectionError } from './faults.ts';
import { Inventory } from './inventory.ts';
import { readLabels } from './labels.ts';
import type { EngineEvent, EngineInfo, EngineVersion } from './types.ts';

type EngineState = 'Pending' | 'Healthy' | 'Unhealthy' | 'Disconnected';

export interface EngineSettings {
  tls: ManagerTls | undefined;
  refreshMinMs: number;
  refreshMaxMs: number;
  failureRetry: number;
}

const OVERCOMMIT_PERCENT = 5;
const specIntervalMs = 300_000;
const retryFloorMs = 30_000;
const retryCapMs = 4 * 3_600_000;

/** One Docker Engine: what the manager knows of it and how it fares. */
export class Engine {
  readonly address: string;
  readonly client: EngineClient;
  readonly inventory: Inventory;
  onEvent: ((event: EngineEvent, engine: Engine) => void) | undefined;
  id = '';
  name = '';
  ip = '';
  version = '';
  cpus = 0;
  memory = 0;
  labels = new Map<string, string>();
  state: EngineState = 'Pending';
  lastError = '';
  updatedAt = new Date();
  #failures = 0;
  readonly #settings: EngineSettings;
  readonly #stop = new AbortController();
  #events: AbortController | undefined;
  #wake: (() => void) | undefined;

  constructor(address: string, settings: EngineSettings) {
    this.address = address;
    this.#settings = settings;
    this.client = createEngineClient(address, settings.tls);
    this.inventory = new Inventory(this, this.client);
  }

  get healthy(): boolean {
    return this.state === 'Healthy';
  }

  get totalCpus(): number {
    return this.cpus + Math.floor((this.cpus * OVERCOMMIT_PERCENT) / 100);
  }

  get totalMemory(): number {
    return this.memory + Math.floor((this.memory * OVERCOMMIT_PERCENT) / 100);
  }

  /** From 0 (not to be used) to 100 (the last contact worked). */
  get healthIndicator(): number {
    const limit = this.#settings.failureRetry;
    if (!this.healthy || this.#failures >= limit) return 0;
    return 100 - Math.trunc((this.#failures * 100) / limit);
  }

  /** First contact: who it is and what it holds. Fails for whatever reason it is no good. */
  async connect(): Promise<void> {
    const host = this.address.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
    this.ip = (await lookup(host).catch(() => Promise.reject(noSuchHost(host)))).address;
    await this.#readSpecs();
    this.#listen();
    await this.watchHealth(this.inventory.readContainers(true));
    await this.watchHealth(this.inventory.readImages());
    await this.#readRest();
    this.emit('engine_connect');
  }

  markValidated(): void {
    if (this.state !== 'Pending') return;
    this.state = 'Healthy';
    this.#failures = 0;
    void this.#refreshForEver();
  }

  /** A pending engine is tried again ever more rarely, and never sooner than after 30 seconds. */
  isDueForValidation(now = Date.now()): boolean {
    const waitMs = Math.min(retryFloorMs + 2 ** this.#failures * 1000, retryCapMs);
    return this.state === 'Pending' && now - this.updatedAt.getTime() > waitMs;
  }

  disconnect(): void {
    if (this.state === 'Disconnected') return;
    this.state = 'Disconnected';
    this.#stop.abort();
    this.#events?.abort();
    this.client.close();
    this.emit('engine_disconnect');
  }

  setError(message: string): void {
    this.lastError = message.trim();
    this.updatedAt = new Date();
  }

  /** Awaits some talk with the engine and draws from its outcome how healthy the engine is. */
  async watchHealth<T>(talk: Promise<T>): Promise<T> {
    try {
      const result = await talk;
      this.#noteSuccess();
      return result;
    } catch (error) {
      if (error instanceof EngineConnectionError) this.#noteFailure(error.message);
      throw error;
    }
  }

  emit(name: string): void {
    const now = Date.now();
    this.onEvent?.(
      {
        status: name,
        from: 'swarm',
        Type: 'swarm',
        Action: name,
        Actor: { ID: '', Attributes: {} },
        time: Math.floor(now / 1000),
        timeNano: now * 1e6,
      },
      this,
    );
  }

  #noteSuccess(): void {
    this.setError('');
    if (this.state === 'Unhealthy') {
      this.state = 'Healthy';
      log.info(`Engine came back to life after ${this.#failures} retries. Hooray!`, this.#tag());
      this.#wake?.();
      this.emit('engine_reconnect');
    }
    this.#failures = 0;
  }

  #noteFailure(message: string): void {
    this.#failures++;
    if (this.healthy && this.#failures >= this.#settings.failureRetry) {
      this.state = 'Unhealthy';
      log.error(
        `Flagging engine as unhealthy. Connect failed ${this.#failures} times`,
        this.#tag(),
      );
      this.emit('engine_disconnect');
    }
    this.setError(message);
  }

  async #readSpecs(): Promise<void> {
    const info = await this.watchHealth(this.#unversioned<EngineInfo>('/info'));
    if (!info.NCPU || !info.MemTotal) {
      throw new Error(
        `cannot get resources for this engine, make sure ${this.address} is a Docker Engine, not a Swarm manager`,
      );
    }
    const { Version } = await this.watchHealth(this.#unversioned<EngineVersion>('/version'));
    this.version = Version;
    await this.client.negotiate();
    const id = `${info.ID}|${this.address}`;
    if (this.id === '') this.id = id;
    if (this.id !== id) {
      this.state = 'Pending';
      this.lastError = `Engine (ID: ${this.id}, Addr: ${this.address}) shows up with another ID:${id}. Please remove it from cluster, it can be added back.`;
      throw new Error(this.lastError);
    }
    this.name = info.Name;
    this.cpus = info.NCPU;
    this.memory = info.MemTotal;
    this.labels = readLabels(info, id, this.address);
  }

  /** Versioned paths would hide from an engine that refuses the version who it is. */
  async #unversioned<T>(path: string): Promise<T> {
    return this.client.json<T>(path, { unversioned: true });
  }

  async #readRest(): Promise<void> {
    await Promise.allSettled([
      this.watchHealth(this.inventory.readVolumes()),
      this.watchHealth(this.inventory.readNetworks()),
    ]);
  }

  #listen(): void {
    this.#events?.abort();
    this.#events = new AbortController();
    void watchEngineEvents(this, this.#events.signal, {
      onEvent: (event) => this.onEvent?.(event, this),
      onReload: () => this.#readSpecs(),
      retryMs: () => Math.min(this.#failures + 1, 10) * 1000,
    });
  }

  async #refreshForEver(): Promise<void> {
    let specsReadAt = Date.now();
    while (!this.#stop.signal.aborted) {
      await this.#pause();
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- aborted may change while it waits
      if (this.#stop.signal.aborted) return;
      try {
        if (!this.healthy || Date.now() - specsReadAt > specIntervalMs) {
          await this.#readSpecs();
          specsReadAt = Date.now();
        }
        await this.watchHealth(this.inventory.readContainers(false));
        await this.#readRest();
        await this.watchHealth(this.inventory.readImages());
      } catch (error) {
        log.debug(`Engine refresh failed: ${(error as Error).message}`, this.#tag());
      }
    }
  }

  /** A random time between the two intervals, longer for an engine that keeps failing. */
  async #pause(): Promise<void> {
    const { refreshMinMs, refreshMaxMs, failureRetry } = this.#settings;
    const factor = 1 + Math.min(Math.max(0, this.#failures - failureRetry), 1000);
    const ms = refreshMinMs * factor + Math.random() * (refreshMaxMs - refreshMinMs);
    const waker = new AbortController();
    this.#wake = () => waker.abort();
    const signal = AbortSignal.any([waker.signal, this.#stop.signal]);
    await sleep(ms, undefined, { signal }).catch(() => {});
  }

  #tag(): { name: string; id: string } {
    return { name: this.name, id: this.id };
  }
}

function noSuchHost(host: string): Error {
  return new Error(`lookup ${host}: no such host`);
}
