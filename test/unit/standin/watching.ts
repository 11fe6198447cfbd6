import { expect, onTestFinished } from 'vitest';
import { createDiscovery, type Discovery } from '../../standin/discovery/discovery.ts';

export const settings = { heartbeatMs: 20, ttlMs: 60_000, opts: new Map<string, string>() };

/** What a manager has heard of its discovery so far. */
interface Heard {
  entries: string[];
  /** How often the list came. */
  lists: number;
  errors: string[];
}

/** Watches like a manager, until the test ends. */
export function watch(url: string, discovery: Discovery = createDiscovery(url, settings)): Heard {
  const heard: Heard = { entries: [], lists: 0, errors: [] };
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  discovery.watch(
    {
      onEntries: (addresses) => {
        heard.entries = addresses;
        heard.lists++;
      },
      onError: (error) => heard.errors.push(error.message),
    },
    stop.signal,
  );
  return heard;
}

/** Asks until it is so, for longer than a busy machine takes. */
export function soon<T>(look: () => T) {
  return expect.poll(look, { timeout: 10_000, interval: 10 });
}
