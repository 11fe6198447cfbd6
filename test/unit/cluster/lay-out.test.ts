import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { engineOf, layOut, namedHosts, type Reached } from '../../../src/cluster/lay-out.ts';
import {
  ClusterRecordSchema,
  engineAddress,
  listenAddress,
  masterOf,
  storeAddress,
} from '../../../src/cluster/record.ts';
import type { ClusterSpec, HostSpec } from '../../../src/cluster/spec.ts';
import { specOf } from '../support/cluster.ts';

function host(url: string, more: Partial<HostSpec> = {}): HostSpec {
  const rest = { master: false, address: null, advertise: null, labels: [], options: [] };
  return { url, ...rest, tls: null, ...more };
}

const at = (advertise: string, address = advertise, enginePort = 2376): Reached => ({
  ...{ advertise, address, enginePort },
});

function record(spec: ClusterSpec, reached: Record<string, Reached>, local = false) {
  let port = 40_000;
  return layOut(spec, {
    createdAt: '2026-01-01T00:00:00.000Z',
    local: local ? { engine: 'unix:///run/docker.sock', prefix: '10.117.9' } : null,
    reached: new Map(Object.entries(reached)),
    freePort: () => port++,
    managerPortIsFree: true,
    usual: { manager: 3376, store: 2379 },
    ssh: { keyFile: null, strict: 'accept-new' },
    storeImage: 'etcd',
    token: null,
  });
}

describe('a cluster of servers', () => {
  const hosts = [host('ssh://root@a'), host('ssh://root@b', { master: true }), host('ssh://c')];
  const spec = specOf({ hosts, ports: { engine: 2377, manager: 4000, store: 4001 } });
  const made = record(spec, {
    'demo-m': at('10.0.0.2', '203.0.113.2', 2377),
    'demo-1': at('10.0.0.1', 'a', 2377),
    'demo-2': at('fd00::3', 'fd00::3', 2377),
  });

  it('names the master first and keeps the order of the others', () => {
    expect(namedHosts(spec).map(({ name, host: { url } }) => [name, url])).toEqual([
      ['demo-m', 'ssh://root@b'],
      ['demo-1', 'ssh://root@a'],
      ['demo-2', 'ssh://c'],
    ]);
    expect(v.is(ClusterRecordSchema, made)).toBe(true);
    expect(made.local).toBeNull();
  });

  it('has the ports that were asked for everywhere', () => {
    const master = masterOf(made);
    expect(engineAddress(master)).toBe('10.0.0.2:2377');
    expect(storeAddress(made)).toBe('10.0.0.2:4001');
    expect(listenAddress(master, 'manager', 3376)).toBe('0.0.0.0:4000');
    expect(master.reach).toEqual({ host: '203.0.113.2', engine: 2377, manager: 4000, store: 4001 });
  });

  it('is not laid out while one of them is not known to be anywhere', () => {
    expect(() => record(spec, { 'demo-m': at('10.0.0.2') })).toThrow('demo-1 was not reached');
  });

  it('writes IPv6 addresses as URLs have them', () => {
    const six = made.hosts[2];
    expect(six && engineAddress(six)).toBe('[fd00::3]:2377');
  });
});

describe('local hosts beside others', () => {
  const hosts = [host('local', { master: true }), host('tcp://10.0.0.7:2376')];
  const spec = specOf({ hosts, localAddress: '192.168.1.5' });
  const made = record(spec, { 'demo-1': at('10.0.0.7') }, true);

  it('are known to all by the ports that they publish', () => {
    const master = masterOf(made);
    expect(master.address).toBe('192.168.1.5');
    expect(master.ports).toEqual({ engine: 40_000, manager: 3376, store: 40_001 });
    expect(storeAddress(made)).toBe('192.168.1.5:40001');
    expect(master.reach).toEqual({ host: '192.168.1.5', ...master.ports });
  });

  it('listen inside where they always do', () => {
    expect(listenAddress(masterOf(made), 'store', 2379)).toBe('0.0.0.0:2379');
  });
});

it('the engine of a host has what was said of all and of it', () => {
  const hosts = [
    host('ssh://a', { master: true }),
    host('ssh://b', { labels: ['disk=ssd'], options: ['log-level=debug'] }),
  ];
  const spec = specOf({ hosts, engine: { labels: ['region=eu'] } });
  expect(engineOf(spec, { name: 'demo-1' })).toMatchObject({
    labels: ['region=eu', 'disk=ssd'],
    options: ['log-level=debug'],
  });
  expect(engineOf(spec, { name: 'demo-m' }).labels).toEqual(['region=eu']);
});
