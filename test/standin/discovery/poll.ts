import { setTimeout as sleep } from 'node:timers/promises';
import type { DiscoveryWatcher } from './discovery.ts';

/** Asks for the list at once and then at every heartbeat; an error leaves the last list in force. */
export function poll(
  fetch: () => Promise<string[]>,
  heartbeatMs: number,
  watcher: DiscoveryWatcher,
  signal: AbortSignal,
): void {
  void (async () => {
    while (!signal.aborted) {
      try {
        watcher.onEntries(await fetch());
      } catch (error) {
        watcher.onError(error as Error);
      }
      await sleep(heartbeatMs, undefined, { signal }).catch(() => {});
    }
  })();
}
