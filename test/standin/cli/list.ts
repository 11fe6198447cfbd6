import { createDiscovery } from '../discovery/discovery.ts';
import { FatalError } from './fatal.ts';
import type { ListOptions } from './options.ts';

export async function list(options: ListOptions): Promise<void> {
  const { timeoutMs } = options;
  const discovery = createDiscovery(options.discovery, {
    heartbeatMs: timeoutMs,
    ttlMs: 0,
    opts: options.discoveryOpts,
  });
  const stop = new AbortController();
  const addresses = await new Promise<string[]>((resolve, reject) => {
    const timer = setTimeout(() => reject(new FatalError('Timed out')), timeoutMs);
    stop.signal.addEventListener('abort', () => clearTimeout(timer));
    discovery.watch(
      { onEntries: resolve, onError: (error) => reject(new FatalError(error.message)) },
      stop.signal,
    );
  }).finally(() => stop.abort());
  for (const address of addresses) process.stdout.write(`${address}\n`);
}
