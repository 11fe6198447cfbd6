import { randomUUID } from 'node:crypto';
import { formatDuration, parseDuration } from '../standin/duration.ts';
import { Entries, type Draft } from './entries.ts';

/** (structs.SessionTTLMax, structs.MaxLockDelay, structs.SessionTTLMultiplier) */
const TTL_MAX = 86_400_000;
const LOCK_DELAY_MAX = 60_000;
const TTL_MULTIPLIER = 2;

export interface Session {
  readonly id: string;
  readonly name: string;
  readonly node: string;
  /** Milliseconds. */
  readonly lockDelay: number;
  readonly behavior: 'release' | 'delete';
  /** As it was given, such as `1m30s`; empty for a session that never expires. */
  readonly ttl: string;
  readonly checks: readonly string[];
  readonly createIndex: number;
}

export type SessionDraft = Omit<Session, 'id' | 'createIndex' | 'behavior'> & {
  readonly behavior: string;
};

/** A failure that consul answers with status 500 and these words. */
export class Refused extends Error {}

interface Limits {
  /** Name of the only node. */
  readonly node: string;
  /** Milliseconds; consul's `session_ttl_min`. */
  readonly sessionTtlMin: number;
}

/**
 * Keys, sessions and locks as one consul server keeps them. A session expires at twice its TTL
 * after it was made or renewed, as consul does it: the TTL is the earliest moment that it promises.
 */
export class State {
  readonly keys = new Entries();
  readonly sessions = new Map<string, Session>();
  /** Index of the last write of any kind (raft). Consul's own start takes some. */
  index = 10;
  /** Called after every change. */
  onChange: () => void = () => undefined;
  private readonly timers = new Map<string, NodeJS.Timeout>();
  /** Until when, in milliseconds since the epoch, a key cannot be locked. */
  private readonly lockDelays = new Map<string, number>();

  constructor(readonly limits: Limits) {}

  put(draft: Draft): void {
    this.change((index) => {
      this.keys.set(draft, index);
    });
  }

  /** Writes only what has that index still; zero stands for a key that does not exist. */
  putIfUnchanged(draft: Draft, expected: number): boolean {
    if ((this.keys.get(draft.key)?.modifyIndex ?? 0) !== expected) return false;
    this.put(draft);
    return true;
  }

  acquire(draft: Draft, session: string): boolean {
    if ((this.lockDelays.get(draft.key) ?? 0) > Date.now()) return false;
    if (!this.sessions.has(session))
      throw new Refused(`invalid session ${JSON.stringify(session)}`);
    const before = this.keys.get(draft.key);
    if (before && before.session !== '' && before.session !== session) return false;
    const lockIndex = (before?.lockIndex ?? 0) + (before?.session === session ? 0 : 1);
    this.change((index) => {
      this.keys.set(draft, index, { session, lockIndex });
    });
    return true;
  }

  release(draft: Draft, session: string): boolean {
    const before = this.keys.get(draft.key);
    if (before?.session !== session) return false;
    this.change((index) => {
      this.keys.set(draft, index, { session: '', lockIndex: before.lockIndex });
    });
    return true;
  }

  delete(key: string): void {
    this.change((index) => {
      this.keys.delete(key, index);
    });
  }

  /** A key that does not exist counts as deleted, whatever was expected. */
  deleteIfUnchanged(key: string, expected: number): boolean {
    const before = this.keys.get(key);
    if (before && before.modifyIndex !== expected) return false;
    this.delete(key);
    return true;
  }

  deleteBelow(prefix: string): void {
    this.change((index) => {
      for (const { key } of this.keys.below(prefix)) this.keys.delete(key, index);
    });
  }

  createSession({ behavior, ...draft }: SessionDraft): Session {
    if (behavior !== 'release' && behavior !== 'delete') {
      throw new Refused(`Invalid Behavior setting '${behavior}'`);
    }
    const ttl = this.ttlOf(draft.ttl);
    if (ttl !== 0 && (ttl < this.limits.sessionTtlMin || ttl > TTL_MAX)) {
      throw new Refused(
        `Invalid Session TTL '${ttl * 1e6}', must be between [${formatDuration(this.limits.sessionTtlMin)}=${formatDuration(TTL_MAX)}]`,
      );
    }
    if (draft.node !== this.limits.node) throw new Refused('Missing node registration');
    const session = this.change((createIndex) => {
      const made: Session = { ...draft, behavior, id: randomUUID(), createIndex };
      this.sessions.set(made.id, made);
      return made;
    });
    this.renewSession(session.id);
    return session;
  }

  /** Starts the session's time anew. */
  renewSession(id: string): Session | undefined {
    const session = this.sessions.get(id);
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
    const ttl = session ? this.ttlOf(session.ttl) : 0;
    if (ttl > 0) {
      const timer = setTimeout(() => {
        this.destroySession(id);
      }, ttl * TTL_MULTIPLIER);
      this.timers.set(id, timer.unref());
    }
    return session;
  }

  destroySession(id: string): void {
    const session = this.sessions.get(id);
    this.sessions.delete(id);
    this.renewSession(id);
    if (!session) return;
    const delay = Math.min(session.lockDelay, LOCK_DELAY_MAX);
    this.change((index) => {
      for (const entry of this.keys.heldBy(id)) {
        if (session.behavior === 'delete') this.keys.delete(entry.key, index);
        else this.keys.set(entry, index, { session: '', lockIndex: entry.lockIndex });
        if (delay > 0) this.lockDelays.set(entry.key, Date.now() + delay);
      }
    });
  }

  /** A new leader gives every session its whole time again. (initializeSessionTimers) */
  restartSessions(): void {
    for (const id of this.sessions.keys()) this.renewSession(id);
  }

  /** No session expires from now on. */
  stop(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  private ttlOf(text: string): number {
    if (text === '') return 0;
    try {
      return parseDuration(text);
    } catch (error) {
      throw new Refused(`Session TTL '${text}' invalid: ${(error as Error).message}`);
    }
  }

  private change<T>(work: (index: number) => T): T {
    const result = work(++this.index);
    this.onChange();
    return result;
  }
}
