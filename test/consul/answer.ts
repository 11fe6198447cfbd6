import type { Entry } from './entries.ts';
import type { Session } from './state.ts';

/** What a route answers. */
export interface Answer {
  readonly status?: number;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is when there is no JSON. */
  readonly text?: string;
  /** Value of `X-Consul-Index`, with which the other headers of a read come. */
  readonly index?: number;
}

/** An entry as the API shows it, but for the flags: see `toJson`. */
export function showEntry(entry: Entry): Record<string, unknown> {
  return {
    LockIndex: entry.lockIndex,
    Key: entry.key,
    Flags: entry.flags,
    Value: entry.value.length === 0 ? null : entry.value.toString('base64'),
    ...(entry.session === '' ? {} : { Session: entry.session }),
    CreateIndex: entry.createIndex,
    ModifyIndex: entry.modifyIndex,
  };
}

export function showSession(session: Session): Record<string, unknown> {
  return {
    ID: session.id,
    Name: session.name,
    Node: session.node,
    // Nanoseconds.
    LockDelay: session.lockDelay * 1e6,
    Behavior: session.behavior,
    TTL: session.ttl,
    NodeChecks: session.checks,
    ServiceChecks: null,
    CreateIndex: session.createIndex,
    ModifyIndex: session.createIndex,
  };
}

/** JSON with whole 64-bit numbers, of which a number of JavaScript has 53. */
export function toJson(value: unknown): string {
  const marked = JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'bigint' ? `\u0000${part}` : part,
  );
  return marked.replace(/"\\u0000(\d+)"/g, '$1');
}
