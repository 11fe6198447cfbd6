import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import {
  ClusterRecordSchema,
  engineAddress,
  masterOf,
  nodesOf,
  parseRecord,
  publicRecord,
} from '../../../src/cluster/record.ts';
import { layOut } from '../../../src/cluster/lay-out.ts';
import { recordOf, specOf, TOKEN } from '../support/cluster.ts';

function layOutWith(
  nodes: number,
  managerPortIsFree: boolean,
  more: { storeImage?: string | null; token?: string | null } = {},
) {
  let port = 50_000;
  return layOut(specOf({ nodes }), {
    createdAt: '2026-01-01T00:00:00.000Z',
    local: { engine: 'unix:///run/docker.sock', prefix: '10.117.9' },
    reached: new Map(),
    usual: { manager: 3376, store: more.storeImage === null ? null : 2379 },
    ssh: { keyFile: null, strict: 'accept-new' },
    freePort: () => port++,
    managerPortIsFree,
    storeImage: 'quay.io/coreos/etcd:v3.5.21',
    token: null,
    ...more,
  });
}

it('without a ttl, as older ones are, is read as one that never expires', () => {
  const { spec, ...rest } = recordOf();
  const { ttl, ...older } = spec;
  expect(ttl).toBeNull();
  expect(parseRecord(JSON.stringify({ ...rest, spec: older }))).toEqual(recordOf());
});

describe('layOut', () => {
  it('lays out a master and nodes with names, addresses and ports', () => {
    const record = layOutWith(2, true);
    expect(record.local?.network).toEqual({ name: 'swarmctl-demo', subnet: '10.117.9.0/24' });
    expect(
      record.hosts.map(({ name, address, master, node }) => [name, address, master, node]),
    ).toEqual([
      ['demo-m', '10.117.9.2', true, false],
      ['demo-1', '10.117.9.3', false, true],
      ['demo-2', '10.117.9.4', false, true],
    ]);
    expect(Object.keys(masterOf(record).ports)).toEqual(['engine', 'manager', 'store']);
    expect(nodesOf(record).map(({ ports }) => Object.keys(ports))).toEqual([
      ['engine'],
      ['engine'],
    ]);
    expect(v.is(ClusterRecordSchema, record)).toBe(true);
  });

  it('gives the manager 3376 when it is free, and another port when not', () => {
    expect(masterOf(layOutWith(1, true)).reach.manager).toBe(3376);
    expect(masterOf(layOutWith(1, false)).reach.manager).toBeGreaterThanOrEqual(50_000);
  });

  it('gives a hundred nodes addresses within the /24, and no port or address twice', () => {
    const { hosts } = layOutWith(100, false);
    const addresses = hosts.map(({ address }) => address);
    const ports = hosts.flatMap(({ reach }) => Object.values(reach).filter(Number));
    expect(hosts).toHaveLength(101);
    expect(new Set(addresses).size).toBe(101);
    expect(addresses.every((address) => Number(address.split('.')[3]) < 255)).toBe(true);
    expect(ports).toHaveLength(103);
    expect(new Set(ports).size).toBe(103);
  });

  it('has a port of the store, an image and a token where there is such a thing', () => {
    const bare = layOutWith(1, true, { storeImage: null });
    expect(Object.keys(masterOf(bare).ports)).toEqual(['engine', 'manager']);
    expect(bare).toMatchObject({ storeImage: null, token: null });
    const full = layOutWith(1, true, { storeImage: 'node:22', token: TOKEN });
    expect(full).toMatchObject({ storeImage: 'node:22', token: TOKEN });
    expect(masterOf(full).reach.store).toBeGreaterThanOrEqual(50_000);
    for (const record of [bare, full]) expect(v.is(ClusterRecordSchema, record)).toBe(true);
  });

  it('makes the master a node when asked to', () => {
    const record = recordOf({ scheduleOnMaster: true });
    expect(masterOf(record).node).toBe(true);
    expect(nodesOf(record).map(({ name }) => name)).toEqual(['demo-m', 'demo-1', 'demo-2']);
  });
});

it('knows a host by its address and the port of engines', () => {
  expect(engineAddress(masterOf(recordOf()))).toBe('10.117.0.2:2376');
});

it('fails with the name of a cluster without a master', () => {
  expect(() => masterOf({ ...recordOf(), hosts: [] })).toThrow('cluster demo has no master');
});

describe('publicRecord', () => {
  const record = recordOf({
    discovery: 'token://a:1/v1',
    discoveryToken: TOKEN,
    discoveryTls: { ca: 'the CA', cert: 'the certificate', key: 'the key' },
    engine: { environment: ['PROXY=http://bob:s3cret@h'] },
  });

  it('has nothing secret in it', () => {
    const text = JSON.stringify(publicRecord(record));
    for (const secret of [TOKEN, 'the CA', 'the certificate', 'the key', 's3cret']) {
      expect(text).not.toContain(secret);
    }
  });

  it('has everything else, and can be read again', () => {
    const shown = publicRecord(record);
    expect(shown.hosts).toEqual(record.hosts);
    expect(shown.local).toEqual(record.local);
    expect(shown.storeImage).toEqual(record.storeImage);
    expect(parseRecord(JSON.stringify(shown))).toEqual(shown);
    expect(publicRecord(shown)).toEqual(shown);
    expect(record.token).toBe(TOKEN);
  });
});

describe('parseRecord', () => {
  it('reads what was written, and nothing else', () => {
    const record = recordOf();
    expect(parseRecord(JSON.stringify(record))).toEqual(record);
    for (const text of ['', '{', 'null', '[]', JSON.stringify({ ...record, more: 1 })]) {
      expect(parseRecord(text)).toBeUndefined();
    }
  });
});
