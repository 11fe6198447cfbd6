import { describe, expect, it } from 'vitest';
import { changesOf } from '../../../src/cluster/changes.ts';
import type { ClusterSpec, HostSpec } from '../../../src/cluster/spec.ts';
import { recordOf, specOf, type SpecChanges } from '../support/cluster.ts';

function host(url: string, more: Partial<HostSpec> = {}): HostSpec {
  const rest = { master: false, address: null, advertise: null, labels: [], options: [] };
  return { url, ...rest, tls: null, ...more };
}

const a = host('ssh://root@10.0.0.1', { master: true });
const b = host('ssh://root@10.0.0.2');
const c = host('ssh://root@10.0.0.3');
const servers = (...hosts: HostSpec[]): SpecChanges => ({ hosts, nodes: hosts.length - 1 });

/** Of each setting that differs, why it stays; empty when it is applied. */
function refusals(was: SpecChanges, wanted: SpecChanges): Record<string, string> {
  const changes = changesOf(recordOf(was), specOf(wanted));
  return Object.fromEntries(changes.map(({ setting, refused = '' }) => [setting, refused]));
}

/** Another value of what cannot be just any text. */
const OTHER: Record<string, unknown> = {
  hosts: [host('local', { master: true }), host('local')],
  discoveryTls: { ca: 'a', cert: null, key: null },
};

describe('of a local cluster', () => {
  it.each<[string, SpecChanges]>([
    ['nodes', { nodes: 5 }],
    ['scheduleOnMaster', { scheduleOnMaster: true }],
    ['images.swarm', { images: { swarm: 'swarm:1.2.8' } }],
    ['swarm.strategy', { swarm: { strategy: 'binpack' } }],
    ['swarm.managerOptions', { swarm: { managerOptions: ['heartbeat=9s'] } }],
    ['swarm.agentOptions', { swarm: { agentOptions: ['ttl=90s'] } }],
    ['ports.manager', { ports: { engine: 2376, manager: 4000, store: null } }],
    ['engine.labels', { engine: { labels: ['disk=ssd'] } }],
    ['tlsSans', { tlsSans: ['swarm.example.org'] }],
    ['ttl', { ttl: 7200 }],
  ])('%s is applied to what is there', (setting, wanted) => {
    expect(refusals({}, wanted)).toEqual({ [setting]: '' });
  });

  it('a ttl is told as it was said', () => {
    const [change] = changesOf(recordOf({ ttl: 5400 }), specOf({ ttl: null }));
    expect(change).toMatchObject({ was: '1h30m', wanted: '(none)' });
  });

  it('everything that differs is told, with the reason of what cannot be changed', () => {
    const wanted: SpecChanges = {
      nodes: 5,
      discovery: 'zk',
      insecure: true,
      localAddress: '10.0.0.9',
      images: { node: 'docker:29' },
    };
    const found = refusals({}, wanted);
    expect(found).toMatchObject({ nodes: '', discovery: expect.stringMatching(/\w/) as string });
    for (const setting of ['discovery', 'insecure', 'localAddress', 'images.node', 'images.store'])
      expect(found[setting], setting).toMatch(/\w{3}/);
  });

  it('has a rule for every setting', () => {
    const leaves = (value: unknown, path: string): string[] =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(value).flatMap(([key, each]) =>
            leaves(each, path === '' ? key : `${path}.${key}`),
          )
        : [path];
    const was = recordOf();
    for (const path of leaves(was.spec, '')) {
      const wanted = structuredClone(was.spec) as unknown as Record<string, unknown>;
      const keys = path.split('.');
      const last = keys.pop() ?? '';
      const owner = keys.reduce((each, key) => each[key] as Record<string, unknown>, wanted);
      owner[last] = OTHER[path] ?? (Array.isArray(owner[last]) ? ['A=other'] : 'other');
      const [change] = changesOf(was, wanted as unknown as ClusterSpec);
      expect(change?.refused ?? '', path).not.toContain('nobody knows');
    }
  });
});

describe('of servers', () => {
  const was = servers(a, b);

  it('some come and others go, and engines are configured anew', () => {
    expect(refusals(was, servers(a, b, c))).toEqual({ nodes: '', hosts: '' });
    expect(refusals(was, servers(a, c))).toEqual({ hosts: '' });
    expect(refusals(was, servers(a, { ...b, labels: ['disk=ssd'] }))).toEqual({ hosts: '' });
    expect(refusals(was, { ...was, engine: { labels: ['x=1'] } })).toEqual({ 'engine.labels': '' });
  });

  it.each<[string, SpecChanges, RegExp]>([
    ['another master', servers({ ...b, master: true }, { ...a, master: false }), /the master/],
    ['an address', servers(a, { ...b, advertise: '10.9.9.9' }), /demo-1 is known .* address/],
    ['a local host beside them', servers(a, b, host('local')), /local hosts/],
    [
      'an engine with its own TLS',
      servers(a, b, host('tcp://10.0.0.7:2376', { tls: { ca: 'a', cert: 'b', key: 'c' } })),
      /certificates of its own/,
    ],
  ])('%s is refused', (_, wanted, reason) => {
    expect(refusals(was, wanted).hosts).toMatch(reason);
  });
});
