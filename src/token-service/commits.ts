import type { Journal } from './journal.ts';
import { Refusal, codeOf, reasonOf } from './refusal.ts';
import type { Change, Registry } from './registry.ts';

/** Bytes of journal that are not worth a new snapshot. */
const SMALL_JOURNAL = 1024 * 1024;
/** Milliseconds until a compaction that failed is tried again, unless nothing works without it. */
const COMPACTION_PAUSE = 4000;

interface Waiting {
  readonly changes: readonly Change[];
  readonly done: (applied: readonly boolean[]) => void;
  readonly failed: (reason: Refusal) => void;
}

/**
 * The only way by which the registry changes: everything that came in while the last write was under
 * way goes to disk with one sync, and then into memory. So whatever can be seen is durable, and ten
 * thousand registrations at once cost a few syncs.
 */
export class Commits {
  readonly #journal: Journal;
  readonly #registry: Registry;
  readonly #log: (message: string) => void;
  #queue: Waiting[] = [];
  #running: Promise<void> | undefined;
  #trouble: Refusal | undefined;
  /** Whether the disk holds nodes that expired and whose expiry could not be written. */
  #stale = false;
  #compactAgain = 0;
  #saidGrowing = false;
  /** Bytes of journal from which on it pays to write a snapshot: as many as that one takes. */
  #journalLimit = SMALL_JOURNAL;

  constructor(journal: Journal, registry: Registry, log: (message: string) => void) {
    this.#journal = journal;
    this.#registry = registry;
    this.#log = log;
  }

  /** Why nothing can be written at present; undefined while all is well. */
  get trouble(): Refusal | undefined {
    return this.#trouble;
  }

  /** Whether a write now and then, of nothing if need be, would bring disk and memory together again. */
  get needsCare(): boolean {
    return this.#trouble !== undefined || this.#stale;
  }

  /**
   * Returns when the changes are on disk and in the registry, with what `apply` said to each.
   * No changes at all make a write too, which finds out whether the disk can be written again.
   * @throws {Refusal} 507 when the disk is full, 503 when it fails otherwise; nothing has changed then
   */
  add(changes: readonly Change[]): Promise<readonly boolean[]> {
    return new Promise((done, failed) => {
      this.#queue.push({ changes, done, failed });
      this.#running ??= this.#run();
    });
  }

  /** Notes that memory has lost what the disk still holds: the next write cleans up. */
  markStale(): void {
    this.#stale = true;
  }

  /** Waits for all that was added, and closes the journal. */
  async close(): Promise<void> {
    await this.#running;
    if (this.#stale) await this.#compact().catch(() => undefined);
    await this.#journal.close();
  }

  async #run(): Promise<void> {
    // Requests that arrived together shall share the first write, too.
    await new Promise(setImmediate);
    for (let batch = this.#take(); batch.length > 0; batch = this.#take()) {
      try {
        await this.#write(batch.flatMap(({ changes }) => changes));
      } catch (error) {
        const reason = this.#fail(error);
        for (const { failed } of batch) failed(reason);
        continue;
      }
      this.#recover();
      for (const { changes, done } of batch) {
        done(changes.map((change) => this.#registry.apply(change)));
      }
      if (this.#stale || this.#journal.length > this.#journalLimit) await this.#tidy();
    }
    this.#running = undefined;
  }

  #take(): Waiting[] {
    const batch = this.#queue;
    this.#queue = [];
    return batch;
  }

  async #write(changes: readonly Change[]): Promise<void> {
    if (this.#journal.mustCompact) await this.#compact();
    await this.#journal.write(changes);
  }

  async #compact(): Promise<void> {
    const size = await this.#journal.compact(this.#registry.snapshot());
    this.#journalLimit = Math.max(SMALL_JOURNAL, size);
    this.#stale = false;
    this.#saidGrowing = false;
  }

  /** Compacts if that can be done; the journal just grows on when it cannot. */
  async #tidy(): Promise<void> {
    const now = performance.now();
    if (now < this.#compactAgain) return;
    try {
      await this.#compact();
    } catch (error) {
      this.#compactAgain = now + COMPACTION_PAUSE;
      if (this.#saidGrowing) return;
      this.#saidGrowing = true;
      this.#log(`cannot write a new snapshot, so the journal grows on: ${reasonOf(error)}`);
    }
  }

  #fail(error: unknown): Refusal {
    const full = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(codeOf(error) ?? '');
    const reason = full
      ? new Refusal(507, 'the disk of the service is full, so nothing new can be registered')
      : new Refusal(503, 'the disk of the service cannot be written');
    if (this.#trouble?.message !== reason.message) {
      this.#log(`${reason.message}: ${reasonOf(error)}`);
    }
    this.#trouble = reason;
    return reason;
  }

  #recover(): void {
    if (this.#trouble === undefined) return;
    this.#trouble = undefined;
    this.#log('the disk can be written again');
  }
}
