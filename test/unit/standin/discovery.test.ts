import { describe, expect, it } from 'vitest';
import { createDiscovery } from '../../standin/discovery/discovery.ts';

const settings = { heartbeatMs: 1000, ttlMs: 0, opts: new Map<string, string>() };

function firstEntries(url: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const watcher = { onEntries: resolve, onError: reject };
    createDiscovery(url, settings).watch(watcher, new AbortController().signal);
  });
}

describe('createDiscovery', () => {
  it('lists fixed nodes, with or without their scheme, and expands ranges', async () => {
    expect(await firstEntries('nodes://a:1,10.0.0.[1:3]:2376')).toEqual([
      'a:1',
      '10.0.0.1:2376',
      '10.0.0.2:2376',
      '10.0.0.3:2376',
    ]);
    expect(await firstEntries('a:1')).toEqual(['a:1']);
  });

  it('refuses an address without a port, which may be a bare token', () => {
    expect(() => createDiscovery('deadbeef', settings)).toThrow(
      'address deadbeef: missing port in address, please check you are using the correct discovery (missing token:// ?)',
    );
  });

  it('refuses a scheme it does not know', () => {
    expect(() => createDiscovery('zk://a:1', settings)).toThrow('discovery service not supported');
    expect(() => createDiscovery('toString://a:1', settings)).toThrow(
      'discovery service not supported',
    );
  });

  it('cannot register with a fixed list', async () => {
    await expect(createDiscovery('nodes://a:1', settings).register('b:2')).rejects.toThrow(
      'not implemented in this discovery service',
    );
  });
});
