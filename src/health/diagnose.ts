import type { SwarmInfo, SwarmNode } from '../swarm/info.ts';
import { sayDuration } from '../util/duration.ts';
import { compareApi, SWARM_ENGINE_API } from '../cluster/limits.ts';
import {
  engineAddress,
  masterOf,
  roleOf,
  type ClusterRecord,
  type Host,
} from '../cluster/record.ts';
import type { ClusterStatus, Health, HostStatus } from './status.ts';

/** What was seen of one host; every view is asked for by itself. */
export interface HostFacts {
  readonly host: Host;
  /** Why the host itself does not run; undefined while it does. */
  readonly stopped: string | undefined;
  readonly engine: View<{
    readonly version: string;
    readonly apiVersion: string;
    readonly minApiVersion: string;
    /** Whole days until its certificate ends. */
    readonly certificateDaysLeft: number | undefined;
  }>;
  /** Why a container of ours on it does not run, by container name; absent while it runs. */
  readonly stoppedServices: ReadonlyMap<string, string>;
}

/** Something that answered, or the reason why not. */
export type View<T> =
  | ({ readonly up: true } & T)
  | { readonly up: false; readonly reason: string; readonly cause: Cause };

/** What kind of fault kept something from answering. */
export type Cause = 'connection' | 'name' | 'tls' | 'other';

interface ClusterFacts {
  readonly record: ClusterRecord;
  readonly managerUrl: string;
  readonly discovery: {
    readonly kind: string;
    readonly url: string;
    /** `etcd on demo-m`. */
    readonly place: string;
  };
  /** The engine that holds the hosts. */
  readonly outer?: View<object>;
  readonly manager: View<{
    readonly version: string;
    readonly standIn: boolean;
    readonly swarm: SwarmInfo;
  }>;
  readonly store: View<{ readonly version: string; readonly members: readonly string[] }>;
  readonly hosts: readonly HostFacts[];
  readonly expires?: ClusterStatus['expires'];
  /** Milliseconds since the epoch; the present when left out. */
  readonly now?: number;
  /** Names of our containers: the agent's. */
  readonly agent: string;
}

const CERTIFICATE_WARNING_DAYS = 30;

/** Joins what manager, engines, containers and store say into one verdict with reasons. */
export function diagnose(facts: ClusterFacts): ClusterStatus {
  const { record, manager, store } = facts;
  const masterHost = masterOf(record);
  const nodes = facts.hosts.filter(({ host }) => host.node).map((host) => nodeStatus(host, facts));
  const masterFacts = facts.hosts.find(({ host }) => host.master && !host.node);
  const master = masterFacts ? masterStatus(masterFacts) : null;
  const problems = [
    ...(facts.outer?.up === false
      ? [`the engine that holds the hosts does not answer: ${facts.outer.reason}`]
      : []),
    ...(manager.up ? [] : [`the manager on ${masterHost.name} does not answer: ${manager.reason}`]),
    ...(store.up ? [] : [`${facts.discovery.place} does not answer: ${store.reason}`]),
    ...strangers(facts),
    ...[...(master ? [master] : []), ...nodes]
      .filter(({ reason }) => reason !== '')
      .map(({ name, status, reason }) => `${name} (${status}): ${reason}`),
  ];
  return {
    name: record.spec.name,
    health: healthOf(manager.up, nodes, problems),
    problems,
    manager: {
      url: facts.managerUrl,
      status: manager.up ? 'up' : 'down',
      reason: manager.up ? '' : manager.reason,
      version: manager.up ? manager.version : null,
      strategy: manager.up ? manager.swarm.strategy : null,
      standIn: manager.up && manager.standIn,
    },
    discovery: {
      kind: facts.discovery.kind,
      url: facts.discovery.url,
      status: store.up ? 'up' : 'down',
      reason: store.up ? '' : store.reason,
      version: store.up ? store.version : null,
      members: store.up ? [...store.members] : [],
    },
    expires: facts.expires ?? null,
    master,
    nodes,
  };
}

function healthOf(
  managerUp: boolean,
  nodes: readonly HostStatus[],
  problems: readonly string[],
): Health {
  if (!managerUp || nodes.every(({ status }) => status !== 'Healthy')) return 'down';
  return problems.length === 0 ? 'healthy' : 'degraded';
}

/** Nodes that the manager or the store lists and that are none of the cluster's. */
function strangers({ record, manager, store, discovery }: ClusterFacts): string[] {
  const ours = new Set(record.hosts.map(engineAddress));
  const known = manager.up ? manager.swarm.nodes : [];
  const listed = store.up ? store.members : [];
  return [
    ...known
      .filter(({ address }) => !ours.has(address))
      .map(
        ({ address, name }) =>
          `the manager lists ${name} at ${address}, which is no host of this cluster`,
      ),
    ...listed
      .filter((address) => !ours.has(address))
      .map((address) => `${discovery.kind} lists ${address}, which is no host of this cluster`),
  ];
}

function masterStatus(facts: HostFacts): HostStatus {
  const reason = ownReason(facts) ?? '';
  return {
    ...common(facts),
    status: facts.engine.up ? 'Running' : 'Stopped',
    reason,
  };
}

function nodeStatus(facts: HostFacts, cluster: ClusterFacts): HostStatus {
  const { manager } = cluster;
  const address = engineAddress(facts.host);
  const entry = manager.up
    ? manager.swarm.nodes.find((node) => node.address === address)
    : undefined;
  const [status, reason] = !manager.up
    ? ['Unknown', ownReason(facts) ?? 'the manager does not answer']
    : entry
      ? [entry.status, entryReason(entry, facts, cluster) ?? '']
      : ['Absent', absentReason(facts, cluster)];
  return {
    ...common(facts),
    status,
    reason,
    containers: entry?.containers ?? null,
  };
}

function common({ host, engine }: HostFacts) {
  return {
    name: host.name,
    address: engineAddress(host),
    role: roleOf(host),
    engineVersion: engine.up ? engine.version : null,
    containers: null,
    certificateDaysLeft: engine.up ? (engine.certificateDaysLeft ?? null) : null,
  };
}

/** What is wrong with a host by itself, whoever asks; undefined when nothing is. */
function ownReason({ host, stopped, engine, stoppedServices }: HostFacts): string | undefined {
  if (stopped !== undefined) return stopped;
  if (!engine.up) return `its engine does not answer: ${engine.reason}`;
  const [service] = stoppedServices.values();
  if (service !== undefined) return service;
  const days = engine.certificateDaysLeft;
  // When a certificate that is not ours is renewed is known to others.
  const warning = host.url.startsWith('tcp://') ? 0 : CERTIFICATE_WARNING_DAYS;
  if (days !== undefined && days < warning) {
    return days < 0
      ? 'its certificate has expired'
      : `its certificate ends in ${String(days)} days`;
  }
  return undefined;
}

/** Why a node that the manager lists is not as it should be; undefined when it is. */
function entryReason(
  entry: SwarmNode,
  facts: HostFacts,
  { store, discovery, now = Date.now() }: ClusterFacts,
): string | undefined {
  if (entry.error.includes('shows up with another ID')) {
    return `its engine was replaced: ${entry.error}`;
  }
  switch (entry.status) {
    case 'Healthy':
      if (entry.error !== '') {
        return `failing now, not yet flagged by the manager: ${ownReason(facts) ?? entry.error}`;
      }
      if (store.up && !store.members.includes(entry.address)) {
        return (
          ownReason(facts) ??
          `the manager lists it, but ${discovery.kind} does not: its registration has ended`
        );
      }
      return ownReason(facts) ?? staleReason(entry, now);
    case 'Pending':
      return pendingReason(entry, facts);
    default:
      return ownReason(facts) ?? (entry.error || 'the manager gives no reason');
  }
}

/** Swarm refreshes every node at least once a minute by default. */
const STALE_AFTER = 180_000;

function staleReason({ updatedAt }: SwarmNode, now: number): string | undefined {
  const age = now - Date.parse(updatedAt);
  return age > STALE_AFTER
    ? `the manager has not heard from it for ${sayDuration(age)}, since ${updatedAt}`
    : undefined;
}

/** A Pending node by the diagnosis of what is and is not known of it. */
function pendingReason(entry: SwarmNode, facts: HostFacts): string {
  const { engine, host } = facts;
  if (entry.error !== '') return `the manager cannot connect: ${ownReason(facts) ?? entry.error}`;
  if (entry.id !== '' && entry.serverVersion !== '') {
    if (!engine.up) return ownReason(facts) ?? engine.reason;
    if (compareApi(engine.minApiVersion, SWARM_ENGINE_API) > 0) {
      return (
        `API window: engine ${engine.version} speaks ${engine.minApiVersion} to ${engine.apiVersion}, ` +
        `swarm ${SWARM_ENGINE_API}; start the engine with DOCKER_MIN_API_VERSION=1.24`
      );
    }
    return 'its engine answers /info but refuses the list calls (an API window, or an error of its own)';
  }
  if (!engine.up) {
    switch (engine.cause) {
      case 'name':
        return `TLS name: its certificate is not valid for ${host.address}: ${engine.reason}`;
      case 'tls':
        return `TLS: ${engine.reason}`;
      default:
        return ownReason(facts) ?? engine.reason;
    }
  }
  return 'not reached yet: its engine answers here, and the manager tries again 30 to 60 s after a failure';
}

function absentReason(facts: HostFacts, { store, agent, discovery }: ClusterFacts): string {
  const own = ownReason(facts);
  if (own !== undefined) return own;
  if (!store.up) return `${discovery.kind} does not answer, so the manager cannot know it`;
  return store.members.includes(engineAddress(facts.host))
    ? `${discovery.kind} lists it, but the manager does not: it has not read the store again yet`
    : `it is not registered in ${discovery.kind}: see the log of ${agent} on it`;
}
