import { setTimeout as sleep } from 'node:timers/promises';
import { createDiscovery } from '../discovery/discovery.ts';
import { formatDuration } from '../duration.ts';
import { log } from '../log.ts';
import type { JoinOptions } from './options.ts';

/** Registers one engine again and again; it never looks whether the engine is alive. */
export async function join(options: JoinOptions): Promise<never> {
  const { advertise, discovery: url, heartbeatMs, ttlMs, delayMs } = options;
  const discovery = createDiscovery(url, { heartbeatMs, ttlMs, opts: options.discoveryOpts });
  await sleep(Math.random() * delayMs);
  for (;;) {
    const every = formatDuration(heartbeatMs);
    log.info(`Registering on the discovery service every ${every}...`, {
      addr: advertise,
      discovery: url,
    });
    await discovery.register(advertise).catch((error: unknown) => {
      log.error((error as Error).message);
    });
    await sleep(heartbeatMs);
  }
}
