import { ENGINE_PORT } from './limits.ts';
import { isLocal, LOCAL, type ClusterRecord, type Host } from './record.ts';
import type { ClusterSpec, HostSpec } from './spec.ts';

/** Names of a cluster's hosts, the master's first. */
export function hostNames({ name, nodes }: Pick<ClusterSpec, 'name' | 'nodes'>): string[] {
  return [`${name}-m`, ...Array.from({ length: nodes }, (_, index) => `${name}-${index + 1}`)];
}

/** One host of a spec, by the name that it has in the cluster. */
export interface NamedHost {
  readonly name: string;
  readonly host: HostSpec;
}

/** A host that has its name already. */
type Named = Pick<Host, 'name' | 'url' | 'master'>;

/** The hosts of a spec, the master first. Those that a cluster has already keep their names. */
export function namedHosts(spec: ClusterSpec, known: readonly Named[] = []): NamedHost[] {
  const hosts = spec.hosts ?? localHosts(spec.nodes + 1);
  const inOrder = [...hosts.filter(({ master }) => master), ...hosts.filter((h) => !h.master)];
  const left = [...known];
  const taken = new Set(known.map(({ name }) => name));
  const [ofMaster = '', ...names] = hostNames({ ...spec, nodes: hosts.length + known.length });
  const free = names.filter((name) => !taken.has(name));
  return inOrder.map((host) => {
    // Local hosts are alike: the first one stays the first.
    const index = left.findIndex(({ url, master }) => url === host.url && master === host.master);
    const [found] = index < 0 ? [] : left.splice(index, 1);
    return { name: found?.name ?? (host.master ? ofMaster : (free.shift() ?? '')), host };
  });
}

function localHosts(count: number): HostSpec[] {
  return Array.from({ length: count }, (_, index) => ({
    url: LOCAL,
    master: index === 0,
    address: null,
    advertise: null,
    labels: [],
    options: [],
    tls: null,
  }));
}

/** What was said of the engine of a cluster's host. */
export function engineOf(
  { spec, hosts }: Pick<ClusterRecord, 'spec' | 'hosts'>,
  { name }: Pick<Host, 'name'>,
): ClusterSpec['engine'] {
  const own = namedHosts(spec, hosts).find((named) => named.name === name)?.host;
  return own ? engineWith(spec, own) : spec.engine;
}

/** What was said of all engines, and of this one besides. */
export function engineWith(
  { engine }: Pick<ClusterSpec, 'engine'>,
  own: Pick<HostSpec, 'labels' | 'options'>,
): ClusterSpec['engine'] {
  return {
    ...engine,
    labels: [...engine.labels, ...own.labels],
    options: [...engine.options, ...own.options],
  };
}

/** How a host that is not local is reached. */
export interface Reached {
  /** The address by which the other hosts reach it. */
  readonly advertise: string;
  /** The address by which this machine reaches its ports. */
  readonly address: string;
  readonly enginePort: number;
}

/** What a record needs to be told; everything else follows from the spec. */
interface Choices {
  readonly createdAt: string;
  /** Of the local hosts: their engine, and the first three octets of their /24. */
  readonly local: { readonly engine: string; readonly prefix: string } | null;
  /** Of the other hosts, by name. */
  readonly reached: ReadonlyMap<string, Reached>;
  /** A free port of this machine, a new one at each call. */
  readonly freePort: () => number;
  /** Whether the manager's port is free on this machine. */
  readonly managerPortIsFree: boolean;
  /** Ports inside a local host, and the store's everywhere. */
  readonly usual: { readonly manager: number; readonly store: number | null };
  readonly ssh: ClusterRecord['ssh'];
  readonly storeImage: string | null;
  readonly token: string | null;
}

const LOOPBACK = '127.0.0.1';

/**
 * Names, addresses and ports of every host of a cluster. What is laid out already stays where it is;
 * what the spec no longer has is leaving.
 */
export function layOut(spec: ClusterSpec, choices: Choices, was?: ClusterRecord): ClusterRecord {
  const { local, createdAt, ssh, storeImage, token } = choices;
  const known = was ? [...was.hosts, ...was.leaving] : [];
  const addresses = new Set(known.map(({ address }) => address));
  const wanted = namedHosts(spec, known);
  const names = new Set(wanted.map(({ name }) => name));
  return {
    spec,
    createdAt,
    local: local && {
      engine: local.engine,
      network: { name: `swarmctl-${spec.name}`, subnet: `${local.prefix}.0/24` },
    },
    ssh,
    storeImage,
    token,
    leaving: known.filter(({ name }) => !names.has(name)),
    hosts: wanted.map((named) => {
      const reached = choices.reached.get(named.name);
      const role = {
        name: named.name,
        url: named.host.url,
        master: named.host.master,
        node: spec.scheduleOnMaster || !named.host.master,
      };
      const there = known.find(({ name }) => name === named.name);
      if (there) return { ...there, node: role.node, ...managerAt(there, spec, choices, was) };
      if (!reached && named.host.url !== LOCAL) {
        throw new Error(`${named.name} was not reached, so nobody knows where it is`);
      }
      return reached
        ? { ...role, ...reachedHost(spec, named.host, reached, choices) }
        : { ...role, ...localHost(spec, named.host, choices, addresses) };
    }),
  };
}

/** The ports of a master that is there already, with the manager at another one where that is wanted. */
function managerAt(
  host: Host,
  { ports: { manager: wanted } }: ClusterSpec,
  { managerPortIsFree, freePort }: Choices,
  was?: ClusterRecord,
): Partial<Place> {
  if (!host.master || was?.spec.ports.manager === wanted) return {};
  const manager = isLocal(host) && !managerPortIsFree ? freePort() : wanted;
  const isPublished = !isLocal(host) || host.address === host.reach.host;
  return {
    ports: isPublished ? { ...host.ports, manager } : host.ports,
    reach: { ...host.reach, manager },
  };
}

type Place = Pick<Host, 'address' | 'ports' | 'reach'>;

/** Its services listen at the ports by which all know them. */
function reachedHost(
  spec: ClusterSpec,
  { master }: HostSpec,
  reached: Reached,
  choices: Choices,
): Place {
  const ports = {
    engine: reached.enginePort,
    ...(master && { manager: spec.ports.manager }),
    ...(master && storePort(spec, choices)),
  };
  return { address: reached.advertise, ports, reach: { host: reached.address, ...ports } };
}

/**
 * Its ports are published on this machine: on the loopback address while all hosts are local and
 * share a network, otherwise on an address that the other hosts reach as well.
 */
function localHost(
  spec: ClusterSpec,
  { master }: HostSpec,
  choices: Choices,
  taken: Set<string>,
): Place {
  const { freePort, usual, local } = choices;
  const published = {
    engine: freePort(),
    ...(master && {
      manager: choices.managerPortIsFree ? spec.ports.manager : freePort(),
      ...(usual.store !== null && { store: freePort() }),
    }),
  };
  const { localAddress } = spec;
  if (isMixed(spec) && localAddress !== null) {
    return {
      address: localAddress,
      ports: published,
      reach: { host: localAddress, ...published },
    };
  }
  const prefix = local?.prefix ?? '';
  const free = Array.from({ length: 253 }, (_, index) => `${prefix}.${index + 2}`);
  const address = free.find((each) => !taken.has(each)) ?? '';
  taken.add(address);
  return {
    address,
    ports: {
      engine: ENGINE_PORT,
      ...(master && {
        manager: usual.manager,
        ...(usual.store !== null && { store: usual.store }),
      }),
    },
    reach: { host: localAddress ?? LOOPBACK, ...published },
  };
}

/** Whether it has hosts that are not local. */
function isMixed({ hosts }: ClusterSpec): boolean {
  return hosts?.some(({ url }) => url !== LOCAL) ?? false;
}

function storePort(spec: ClusterSpec, { usual }: Choices): { store?: number } {
  const port = usual.store === null ? null : (spec.ports.store ?? usual.store);
  return port === null ? {} : { store: port };
}
