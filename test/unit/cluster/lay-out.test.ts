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
import { recordOf, specOf } from '../support/cluster.ts';

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
  const made = record(spec, { 'demo-m': at('10.0.0.1'), 'demo-1': at('10.0.0.2') });
  expect(engineOf(made, { name: 'demo-1' })).toMatchObject({
    labels: ['region=eu', 'disk=ssd'],
    options: ['log-level=debug'],
  });
  expect(engineOf(made, { name: 'demo-m' }).labels).toEqual(['region=eu']);
});

describe('a cluster that is changed', () => {
  const choices = {
    createdAt: '2026-01-02T03:04:05.678Z',
    local: { engine: 'unix:///var/run/docker.sock', prefix: '10.117.0' },
    reached: new Map<string, Reached>(),
    freePort: () => 50_000,
    managerPortIsFree: false,
    usual: { manager: 3376, store: 2379 },
    ssh: { keyFile: null, strict: 'accept-new' as const },
    storeImage: recordOf().storeImage,
    token: null,
  };
  const was = recordOf({ nodes: 2 });

  it('leaves hosts that stay as they are, and gives further ones what nobody has', () => {
    const grown = layOut(specOf({ nodes: 3 }), choices, was);
    expect(grown.hosts.slice(0, 3)).toEqual(was.hosts);
    expect(grown.hosts[3]).toMatchObject({ name: 'demo-3', address: '10.117.0.5' });
    expect(grown.leaving).toEqual([]);
  });

  it('keeps what goes until it is gone, and takes it back where it is wanted again', () => {
    const shrunk = layOut(specOf({ nodes: 1 }), choices, was);
    expect(shrunk.leaving).toEqual(was.hosts.slice(2));
    expect(layOut(was.spec, choices, shrunk)).toEqual(was);
  });

  it('gives a new server neither the name of one that stays nor of one that goes', () => {
    const at = (n: number, master = false) => host(`ssh://root@10.0.0.${n}`, { master });
    const two = recordOf({ hosts: [at(1, true), at(2), at(3)] });
    const spec = specOf({ hosts: [at(1, true), at(3), at(4)] });
    const reached = new Map([
      ['demo-3', { advertise: '10.0.0.4', address: '10.0.0.4', enginePort: 2376 }],
    ]);
    const changed = layOut(spec, { ...choices, local: null, reached }, two);
    expect(changed.hosts.map(({ name, url }) => `${name} ${url}`)).toEqual([
      'demo-m ssh://root@10.0.0.1',
      'demo-2 ssh://root@10.0.0.3',
      'demo-3 ssh://root@10.0.0.4',
    ]);
    expect(changed.leaving.map(({ name }) => name)).toEqual(['demo-1']);
  });

  it('has the agent of a master that becomes a node', () => {
    const changed = layOut(specOf({ nodes: 2, scheduleOnMaster: true }), choices, was);
    expect(changed.hosts.map(({ node }) => node)).toEqual([true, true, true]);
  });
});
