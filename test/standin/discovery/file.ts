import { readFile } from 'node:fs/promises';
import { expandRange, requirePorts } from './addresses.ts';
import type { Discovery, DiscoverySettings } from './discovery.ts';
import { registerNowhere } from './nodes.ts';
import { poll } from './poll.ts';

/** `file:///path`: a list, one address or range a line, that is read again at every heartbeat. */
export function createFileDiscovery(path: string, { heartbeatMs }: DiscoverySettings): Discovery {
  return {
    register: registerNowhere,
    watch: (watcher, signal) => poll(() => readList(path), heartbeatMs, watcher, signal),
  };
}

async function readList(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new Error(`failed to read '${path}': open ${path}: ${reason(error)}`);
  });
  const addresses = text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '')
    .flatMap(expandRange);
  requirePorts(addresses);
  return addresses;
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' ? 'no such file or directory' : message;
}
