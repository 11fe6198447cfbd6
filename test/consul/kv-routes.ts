import type { Answer } from './answer.ts';
import { showEntry } from './answer.ts';
import type { Draft, Entries } from './entries.ts';
import type { State } from './state.ts';

/** (kv_max_value_size) */
const LARGEST_VALUE = 512 * 1024;

export interface Request {
  readonly method: string;
  /** Decoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Buffer;
}

/** What consul answers to a read of `/v1/kv/KEY`; asked again after every change when it blocks. */
export function readKeys(keys: Entries, key: string, query: URLSearchParams): Answer {
  // Index 0 would keep a client from ever blocking.
  const found = (index: number, json: readonly unknown[], missing = json.length === 0) =>
    missing ? { status: 404, text: '', index: index || 1 } : { json, index: index || 1 };

  if (query.has('keys')) {
    const separator = query.get('separator') ?? query.get('seperator') ?? '';
    const names = keys.below(key).map((entry) => cut(entry.key, key.length, separator));
    const json = [...new Set(names)];
    return found(indexOf(keys, key), json, json.length === 0 && key !== '');
  }
  if (query.has('recurse')) {
    return found(indexOf(keys, key), keys.below(key).map(showEntry));
  }
  if (key === '') return { status: 400, text: 'Missing key name' };
  const entry = keys.get(key);
  if (!entry) return found(keys.index(), []);
  if (query.has('raw')) return { text: entry.value.toString(), index: entry.modifyIndex };
  return found(entry.modifyIndex, [showEntry(entry)]);
}

export function writeKey(state: State, key: string, { query, body }: Request): Answer {
  if (key === '') return { status: 400, text: 'Missing key name' };
  const conflict = conflicting(query, 'cas', 'acquire', 'release');
  if (conflict) return conflict;
  if (body.length > LARGEST_VALUE) {
    return {
      status: 413,
      text: `Request body(${body.length} bytes) too large, max size: ${LARGEST_VALUE} bytes.`,
    };
  }
  const draft: Draft = { key, value: body, flags: BigInt(query.get('flags') ?? 0) };
  const cas = query.get('cas');
  if (cas !== null) return { json: state.putIfUnchanged(draft, Number(cas)) };
  const acquire = query.get('acquire');
  if (acquire !== null) return { json: state.acquire(draft, acquire) };
  const release = query.get('release');
  if (release !== null) return { json: state.release(draft, release) };
  state.put(draft);
  return { json: true };
}

export function deleteKey(state: State, key: string, { query }: Request): Answer {
  const conflict = conflicting(query, 'recurse', 'cas');
  if (conflict) return conflict;
  if (query.has('recurse')) {
    state.deleteBelow(key);
    return { json: true };
  }
  if (key === '') return { status: 400, text: 'Missing key name' };
  const cas = query.get('cas');
  if (cas !== null) return { json: state.deleteIfUnchanged(key, Number(cas)) };
  state.delete(key);
  return { json: true };
}

/** Of a prefix below which nothing was ever written, the index of the whole table. */
function indexOf(keys: Entries, prefix: string): number {
  return keys.indexBelow(prefix) || keys.index();
}

function cut(key: string, from: number, separator: string): string {
  const end = separator === '' ? -1 : key.indexOf(separator, from);
  return end === -1 ? key : key.slice(0, end + separator.length);
}

function conflicting(query: URLSearchParams, ...flags: string[]): Answer | undefined {
  if (flags.filter((flag) => query.has(flag)).length < 2) return undefined;
  return { status: 400, text: `Conflicting flags: ${query.toString()}\n` };
}
