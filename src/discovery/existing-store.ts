import { CREDENTIAL_FILES, credentialFolder } from '../cluster/credentials.ts';
import { AGENT_HEARTBEAT } from '../cluster/limits.ts';
import type { ClusterRecord } from '../cluster/record.ts';
import type { ClusterSpec } from '../cluster/spec.ts';
import { joinPath, type StoreAddress, type StoreEndpoint } from '../stores/address.ts';
import type { Discovery, StoreView, Wiring } from './discovery.ts';
import type { StoreUrl } from './store-url.ts';

/** Of a manager that watches its store, in seconds; see `Wiring`. */
export const WATCHING_HEARTBEAT = AGENT_HEARTBEAT + 5;

/** What tells one kind of existing store from another. */
interface Store {
  readonly url: StoreUrl;
  /** Whether the person gave TLS files for it. */
  readonly tls: boolean;
  ask(store: StoreEndpoint, prefix: string, signal: AbortSignal): Promise<StoreView>;
  /** Reasons why it cannot serve, besides those for which `ask` rejects. */
  doubts(store: StoreEndpoint, spec: ClusterSpec, signal: AbortSignal): Promise<string[]>;
  readonly wiring?: Partial<Wiring>;
  readonly managerLast?: boolean;
  readonly caveat?: Discovery['caveat'];
  /** Removes everything below a path and the path itself. */
  remove(store: StoreEndpoint, path: string, signal: AbortSignal): Promise<void>;
  /** Removes a path with nothing below it; left out where there are no folders. */
  prune?(store: StoreEndpoint, path: string, signal: AbortSignal): Promise<void>;
  /** Where swarm goes on after its first question; the addresses of the URL when left out. */
  members?(store: StoreEndpoint, signal: AbortSignal): Promise<StoreAddress[]>;
}

/**
 * A key-value store that exists, with a path of the cluster's own below the one in its URL, so that
 * clusters can share it. (swarm keeps the leader of several managers below the path as well, whatever
 * kv.path says: nothing less tells two clusters apart.)
 */
export function existingStore(store: Store): Discovery {
  const { url, tls } = store;
  return {
    kind: url.scheme,
    agents: true,
    ...(store.managerLast === true && { managerLast: true }),
    credentials: tls ? 'given' : 'none',
    ...(!tls && { caveat: store.caveat ?? withoutTls(url) }),
    wiring: (record) => ({
      url: `${url.scheme}://${url.servers}/${pathOf(url, record.spec)}`,
      managerHeartbeat: WATCHING_HEARTBEAT,
      ...(tls ? clientCertificate() : { options: [], credentials: [] }),
      ...store.wiring,
    }),
    ask: async (access, record, signal) =>
      store.ask(await access.endpoint(), pathOf(url, record.spec), signal),
    existing: {
      url,
      async probe(endpoint, { spec }, signal) {
        const [{ members }, doubts] = await Promise.all([
          store.ask(endpoint, pathOf(url, spec), signal),
          store.doubts(endpoint, spec, signal),
        ]);
        const taken =
          members.length === 0
            ? []
            : [
                `it already lists nodes below ${pathOf(url, spec)}: ${members.join(', ')}; another cluster of this name uses it`,
              ];
        return [...doubts, ...taken];
      },
      ...(store.members && { members: store.members.bind(store) }),
      holds: ({ spec }) => `keys below /${swarmsIn(url, spec)} in ${url.scheme} at ${url.servers}`,
      // Whatever else is below the cluster's path is somebody else's, such as another cluster.
      async forget(endpoint, { spec }, signal) {
        await store.remove(endpoint, swarmsIn(url, spec), signal);
        const path = pathOf(url, spec);
        for (const emptied of [`${path}/docker`, path]) {
          await store.prune?.(endpoint, emptied, signal);
        }
      },
    },
  };
}

function withoutTls({ scheme }: StoreUrl): NonNullable<Discovery['caveat']> {
  return {
    problem: `without TLS, whoever reaches the port of ${scheme} can add and remove nodes`,
    fix: 'give --discovery-ca, --discovery-cert and --discovery-key',
  };
}

/** An existing store with what the person gave to reach it. */
export function givenEndpoint(url: StoreUrl, { discoveryTls }: ClusterSpec): StoreEndpoint {
  const { ca, cert, key } = discoveryTls ?? {};
  return {
    addresses: url.addresses,
    tls: ca === undefined ? undefined : { ca, cert: cert ?? undefined, key: key ?? undefined },
  };
}

/** Where a cluster has its keys in a store that it shares. */
function pathOf(url: StoreUrl, { name }: ClusterSpec): string {
  return joinPath(url.path, name);
}

/** Where swarm itself has its keys: the nodes, and the leader of several managers. */
function swarmsIn(url: StoreUrl, spec: ClusterSpec): string {
  return `${pathOf(url, spec)}/docker/swarm`;
}

/** How swarm shows a client certificate to etcd and consul. */
export function clientCertificate(): Pick<Wiring, 'options' | 'credentials'> {
  const folder = credentialFolder('discovery');
  return {
    // With any of the three missing swarm silently speaks plain http.
    options: [
      `kv.cacertfile=${folder}/${CREDENTIAL_FILES.ca}`,
      `kv.certfile=${folder}/${CREDENTIAL_FILES.certificate}`,
      `kv.keyfile=${folder}/${CREDENTIAL_FILES.key}`,
    ],
    credentials: ['discovery'],
  };
}

/** Where a cluster has its keys in a store of its own. */
export function ownPath(record: ClusterRecord): string {
  return record.spec.name;
}
