import { parseDuration } from '../util/duration.ts';

/** Seconds, ten years: no longer than anything that `gc` could be about. */
const LONGEST = 87_600 * 3600;

/** Seconds in a text such as `2h`; undefined when it is no time for a cluster to live. */
export function readTtl(text: string): number | undefined {
  const seconds = Math.floor((parseDuration(text) ?? 0) / 1000);
  return seconds >= 1 && seconds <= LONGEST ? seconds : undefined;
}

/** When a cluster expires. */
export interface Expiry {
  /** ISO 8601, by the clock that counts. */
  readonly at: string;
  /** By that clock; not above zero when it is over. */
  readonly secondsLeft: number;
}

/** When a time to live began, and now: by one clock, whichever that is, in milliseconds since 1970. */
export interface Lifetime {
  readonly since: number;
  readonly now: number;
}

/** When so many seconds are over. */
export function expiryAfter(ttl: number, { since, now }: Lifetime): Expiry {
  const end = since + ttl * 1000;
  // A sum with zero, as the rounding up of less than nothing is -0.
  return { at: new Date(end).toISOString(), secondsLeft: Math.ceil((end - now) / 1000) + 0 };
}

export function isOver({ secondsLeft }: Expiry): boolean {
  return secondsLeft <= 0;
}
