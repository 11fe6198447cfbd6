import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Session, State } from './state.ts';

interface Saved {
  readonly index: number;
  readonly sessions: readonly Session[];
  readonly keys: readonly SavedKey[];
  readonly tombstones: readonly [string, number][];
}

interface SavedKey {
  readonly key: string;
  readonly value: string;
  readonly flags: string;
  readonly lockIndex: number;
  readonly session: string;
  readonly createIndex: number;
  readonly modifyIndex: number;
}

/** Fills an empty state from the file, if there is one. */
export function load(state: State, file: string): void {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return;
  }
  const saved = JSON.parse(text) as Saved;
  state.index = saved.index;
  for (const session of saved.sessions) state.sessions.set(session.id, session);
  for (const { value, flags, ...rest } of saved.keys) {
    const entry = { ...rest, value: Buffer.from(value, 'base64'), flags: BigInt(flags) };
    state.keys.entries.set(entry.key, entry);
  }
  for (const [key, index] of saved.tombstones) state.keys.tombstones.set(key, index);
}

/** Writes all of it, so that a reader sees the old state or the new one. */
export function save(state: State, file: string): void {
  const saved: Saved = {
    index: state.index,
    sessions: [...state.sessions.values()],
    keys: state.keys.below('').map(({ value, flags, ...rest }) => ({
      ...rest,
      value: value.toString('base64'),
      flags: String(flags),
    })),
    tombstones: [...state.keys.tombstones],
  };
  const temporary = `${file}.tmp`;
  writeFileSync(temporary, JSON.stringify(saved));
  renameSync(temporary, file);
}
