import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Discovery } from '../discovery/discovery.ts';
import type { Container } from '../engine/container.ts';
import { Engine, type EngineSettings } from '../engine/engine.ts';
import type { EngineEvent } from '../engine/types.ts';
import { log } from '../log.ts';
import { findContainer } from './lookup.ts';

const pendingCheckMs = 10_000;

/** The set of engines discovery names, split into those validated and those still pending. */
export class Cluster {
  readonly filters: string[];
  readonly events = new EventEmitter<{ event: [EngineEvent, Engine] }>().setMaxListeners(0);
  readonly #settings: EngineSettings;
  readonly #engines = new Map<string, Engine>();
  readonly #pending = new Map<string, Engine>();

  constructor(settings: EngineSettings, filters: string[]) {
    this.#settings = settings;
    this.filters = filters;
  }

  /** Validated engines, healthy or not. */
  get engines(): Engine[] {
    return [...this.#engines.values()];
  }

  get allEngines(): Engine[] {
    return [...this.#engines.values(), ...this.#pending.values()];
  }

  get containers(): Container[] {
    return this.engines.flatMap((engine) => [...engine.inventory.containers.values()]);
  }

  findContainer(idOrName: string): Container | undefined {
    return findContainer(this.containers, idOrName);
  }

  start(discovery: Discovery, signal: AbortSignal): void {
    let known: string[] = [];
    discovery.watch(
      {
        onEntries: (addresses) => {
          for (const address of known) if (!addresses.includes(address)) this.#remove(address);
          for (const address of addresses) if (!known.includes(address)) this.#add(address);
          known = addresses;
        },
        onError: (error) => log.error(`Discovery error: ${error.message}`),
      },
      signal,
    );
    void this.#retryPending(signal);
  }

  #add(address: string): void {
    if (this.allEngines.some((engine) => engine.address === address)) return;
    const engine = new Engine(address, this.#settings);
    engine.onEvent = (event) => this.events.emit('event', event, engine);
    this.#pending.set(address, engine);
    void this.#validate(engine);
  }

  async #validate(engine: Engine): Promise<void> {
    try {
      await engine.connect();
    } catch (error) {
      log.debug(`Failed to validate pending node: ${(error as Error).message}`, {
        Addr: engine.address,
      });
      return;
    }
    // Discovery may have dropped it meanwhile.
    if (this.#pending.get(engine.address) !== engine) return;
    this.#pending.delete(engine.address);
    this.#engines.set(engine.address, engine);
    engine.markValidated();
    log.info(`Registered Engine ${engine.name} at ${engine.address}`);
  }

  #remove(address: string): void {
    const engine = this.#pending.get(address) ?? this.#engines.get(address);
    if (!engine) return;
    engine.disconnect();
    this.#pending.delete(address);
    this.#engines.delete(address);
    log.info(`Removed Engine ${engine.name}`);
  }

  async #retryPending(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(pendingCheckMs, undefined, { signal }).catch(() => {});
      for (const engine of this.#pending.values()) {
        if (engine.isDueForValidation()) void this.#validate(engine);
      }
    }
  }
}
