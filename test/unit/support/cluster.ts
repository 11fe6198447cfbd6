import { layOut, namedHosts } from '../../../src/cluster/lay-out.ts';
import type { ClusterRecord, Host } from '../../../src/cluster/record.ts';
import type { ClusterSpec } from '../../../src/cluster/spec.ts';
import { deployableKinds, discoveryOf, kindIn } from '../../../src/discovery/index.ts';

/** A signal that is never aborted. */
export const calm = new AbortController().signal;

/** The token of records whose discovery knows one. */
export const TOKEN = '0123456789abcdef0123456789abcdef';

export type SpecChanges = Partial<Omit<ClusterSpec, 'images' | 'swarm' | 'engine'>> & {
  readonly images?: Partial<ClusterSpec['images']>;
  readonly swarm?: Partial<ClusterSpec['swarm']>;
  readonly engine?: Partial<ClusterSpec['engine']>;
};

/** The spec that `create demo --nodes 2` makes, with changes. */
export function specOf({ images, swarm, engine, ...more }: SpecChanges = {}): ClusterSpec {
  return {
    name: 'demo',
    discovery: 'etcd',
    discoveryToken: null,
    discoveryTls: null,
    nodes: 2,
    hosts: null,
    insecure: false,
    localAddress: null,
    ports: { engine: 2376, manager: 3376, store: null },
    scheduleOnMaster: false,
    tlsSans: [],
    ttl: null,
    ...more,
    images: {
      node: 'docker:28.5.2-dind',
      swarm: 'swarm:1.2.9',
      store: defaultImage(more.discovery ?? 'etcd'),
      ...images,
    },
    swarm: { strategy: 'spread', managerOptions: [], agentOptions: [], ...swarm },
    engine: {
      labels: [],
      options: [],
      environment: [],
      registryMirrors: [],
      insecureRegistries: [],
      install: 'packages',
      ...engine,
    },
  };
}

/** A host that the person has, as a spec names it. */
export function remote(url: string, master = false) {
  return { url, master, address: null, advertise: null, labels: [], options: [], tls: null };
}

function defaultImage(discovery: string): string | null {
  const known = deployableKinds.find(({ kind }) => kind === discovery);
  return known?.deploy.deployed?.defaultImage ?? null;
}

/**
 * Its record: master at 10.117.0.2, nodes from 10.117.0.3, ports from 40000. A token that the person
 * gave is the cluster's.
 */
export function recordOf(changes: SpecChanges = {}): ClusterRecord {
  let port = 40_000;
  const spec = specOf(changes);
  return layOut(spec, {
    createdAt: '2026-01-02T03:04:05.678Z',
    local: spec.hosts ? null : { engine: 'unix:///var/run/docker.sock', prefix: '10.117.0' },
    reached: new Map(
      (spec.hosts ? namedHosts(spec) : []).map(({ name }, index) => [
        name,
        { advertise: `10.0.0.${index + 1}`, address: `10.0.0.${index + 1}`, enginePort: 2376 },
      ]),
    ),
    usual: {
      manager: 3376,
      store: spec.images.store === null ? null : (discoveryOf(spec).deployed?.port ?? null),
    },
    ssh: { keyFile: null, strict: 'accept-new' },
    freePort: () => port++,
    managerPortIsFree: true,
    storeImage: spec.images.store,
    token: spec.discoveryToken ?? (kindIn(spec.discovery) === 'token' ? TOKEN : null),
  });
}

export function hostOf(record: ClusterRecord, name: string): Host {
  const host = record.hosts.find((each) => each.name === name);
  if (!host) throw new Error(`no host ${name}`);
  return host;
}

/** The record with its local hosts on another engine. */
export function heldBy(record: ClusterRecord, engine: string): ClusterRecord {
  return { ...record, local: record.local && { ...record.local, engine } };
}

export function recordAt(engine: string): ClusterRecord {
  return heldBy(recordOf(), engine);
}
