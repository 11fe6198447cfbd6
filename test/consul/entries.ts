/** A key as consul's API shows it; the value is bytes here, base 64 there. */
export interface Entry {
  readonly key: string;
  readonly value: Buffer;
  /** Unsigned 64 bits; libkv compares it exactly. */
  readonly flags: bigint;
  readonly lockIndex: number;
  /** ID of the session that holds the key, or empty. */
  readonly session: string;
  readonly createIndex: number;
  readonly modifyIndex: number;
}

/** The part of an entry that a writer decides. */
export type Draft = Pick<Entry, 'key' | 'value' | 'flags'>;

/**
 * The table of keys with consul's indexes. A deleted key leaves its index behind (a tombstone), so
 * that the index of a list never goes back; consul drops tombstones after a while, this does not.
 */
export class Entries {
  readonly entries = new Map<string, Entry>();
  readonly tombstones = new Map<string, number>();

  get(key: string): Entry | undefined {
    return this.entries.get(key);
  }

  /** All keys that begin with the text, in order. */
  below(prefix: string): Entry[] {
    return [...this.entries.values()]
      .filter(({ key }) => key.startsWith(prefix))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  heldBy(session: string): Entry[] {
    return [...this.entries.values()].filter((entry) => entry.session === session);
  }

  /**
   * Writes an entry. `hold` decides over its lock; without it the entry keeps what it has. One that
   * would change nothing is not written, so its index stays.
   */
  set(draft: Draft, index: number, hold?: Pick<Entry, 'session' | 'lockIndex'>): void {
    const before = this.entries.get(draft.key);
    const { session, lockIndex } = hold ?? {
      session: before?.session ?? '',
      lockIndex: before?.lockIndex ?? 0,
    };
    const same =
      before?.value.equals(draft.value) &&
      before.flags === draft.flags &&
      before.session === session &&
      before.lockIndex === lockIndex;
    if (same) return;
    const createIndex = before?.createIndex ?? index;
    const modifyIndex = index;
    this.entries.set(draft.key, { ...draft, session, lockIndex, createIndex, modifyIndex });
  }

  delete(key: string, index: number): void {
    if (this.entries.delete(key)) this.tombstones.set(key, index);
  }

  /** Index of the table: of the last write to any key; zero before the first. */
  index(): number {
    return this.indexBelow('');
  }

  /** Index of the last write below a prefix; zero when there was none. */
  indexBelow(prefix: string): number {
    let highest = 0;
    for (const { modifyIndex } of this.below(prefix)) highest = Math.max(highest, modifyIndex);
    for (const [key, index] of this.tombstones) {
      if (key.startsWith(prefix)) highest = Math.max(highest, index);
    }
    return highest;
  }
}
