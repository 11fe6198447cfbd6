import { CREDENTIAL_FILES, credentialFolder } from '../cluster/credentials.ts';
import {
  listenAddress,
  listenPort,
  masterOf,
  storeAddress,
  type ClusterRecord,
} from '../cluster/record.ts';
import type { ClusterSpec } from '../cluster/spec.ts';
import type { StoreAddress, StoreEndpoint } from '../stores/address.ts';
import { askEtcd, deleteFromEtcd, etcdClientUrls, pruneEtcd } from '../stores/etcd.ts';
import type { Discovery, DiscoveryKind, StoreView } from './discovery.ts';
import { clientCertificate, existingStore, ownPath, WATCHING_HEARTBEAT } from './existing-store.ts';
import { isLoopback, parseStoreUrl } from './store-url.ts';

const PORT = 2379;

function clientUrl(record: ClusterRecord): string {
  return `https://${storeAddress(record)}`;
}

async function ask(store: StoreEndpoint, prefix: string, signal: AbortSignal): Promise<StoreView> {
  const { version = '?', members } = await askEtcd(store, prefix, signal);
  return { version: `etcd ${version}`, members };
}

/** A single etcd with the v2 API that swarm speaks, TLS, and client certificates required. */
const deployed: Discovery = {
  kind: 'etcd',
  agents: true,
  credentials: 'issued',
  deployed: {
    port: PORT,
    // 3.5 is the last line that still has the v2 API.
    defaultImage: 'quay.io/coreos/etcd:v3.5.21',
    imageIs: 'image of etcd, 3.5 at the latest',
    tls: true,
    service(record) {
      const folder = credentialFolder('store');
      const master = masterOf(record);
      // Nobody else is a member; the port must be another than the clients'.
      const peerUrl = `http://127.0.0.1:${String(listenPort(master, 'store', PORT) + 1)}`;
      return {
        name: 'etcd',
        image: record.storeImage ?? '',
        entrypoint: ['etcd'],
        command: [
          `--name=${master.name}`,
          '--data-dir=/etcd-data',
          '--enable-v2=true',
          `--listen-client-urls=https://${listenAddress(master, 'store', PORT)}`,
          // Swarm's client replaces its endpoints by these: they must be reachable from every host.
          `--advertise-client-urls=${clientUrl(record)}`,
          `--listen-peer-urls=${peerUrl}`,
          `--initial-advertise-peer-urls=${peerUrl}`,
          `--initial-cluster=${master.name}=${peerUrl}`,
          // A lone member need not wait for the votes of others: it leads after 0.1 s instead of 1 s.
          '--heartbeat-interval=20',
          '--election-timeout=100',
          '--client-cert-auth',
          `--trusted-ca-file=${folder}/${CREDENTIAL_FILES.ca}`,
          `--cert-file=${folder}/${CREDENTIAL_FILES.certificate}`,
          `--key-file=${folder}/${CREDENTIAL_FILES.key}`,
        ],
        credentials: ['store'],
        volume: { name: 'swarmctl-etcd', path: '/etcd-data' },
      };
    },
  },
  wiring: (record) => ({
    url: `etcd://${storeAddress(record)}/${ownPath(record)}`,
    managerHeartbeat: WATCHING_HEARTBEAT,
    ...clientCertificate(),
  }),
  ask: async (access, record, signal) => ask(await access.endpoint(), ownPath(record), signal),
};

export const etcd: DiscoveryKind = {
  kind: 'etcd',
  facts: {
    summary: 'key-value store, watched by the manager',
    needs: 'nothing (deployed on the master), or an etcd up to 3.5 with --enable-v2=true',
    managers: true,
    lostAfter: 'TTL of its entry, 60 s',
    tls: 'client certificates',
  },
  tlsFiles: 'all three',
  deploy: deployed,
  existing: (url, tls) =>
    existingStore({
      ...{ url, tls, ask, doubts, members },
      ...{ remove: deleteFromEtcd, prune: pruneEtcd },
    }),
};

/** Swarm goes on with the addresses that the members advertise: every host must reach them. */
async function doubts(
  store: StoreEndpoint,
  _spec: ClusterSpec,
  signal: AbortSignal,
): Promise<string[]> {
  const urls = await etcdClientUrls(store, signal);
  const scheme = store.tls ? 'https:' : 'http:';
  const outcomes = await Promise.all(
    urls.map(async (text) => {
      const member = parseStoreUrl(text.replace(/\/$/, ''));
      if (typeof member === 'string') return `a member advertises ${text}, which is no address`;
      if (member.addresses.some(isLoopback)) {
        return `a member advertises ${text} (--advertise-client-urls), which on every host means the host itself`;
      }
      if (`${member.scheme}:` !== scheme) {
        return `a member advertises ${text}, and swarm would speak ${scheme.slice(0, -1)} with it`;
      }
      const endpoint = { addresses: member.addresses, tls: store.tls };
      return etcdClientUrls(endpoint, signal).then(
        () => undefined,
        (error: unknown) =>
          `a member advertises ${text} (--advertise-client-urls), which does not answer: ${(error as Error).message}`,
      );
    }),
  );
  return outcomes.flatMap((problem) => problem ?? []);
}

async function members(store: StoreEndpoint, signal: AbortSignal): Promise<StoreAddress[]> {
  const urls = await etcdClientUrls(store, signal);
  return urls.flatMap((text) => {
    const member = parseStoreUrl(text.replace(/\/$/, ''));
    return typeof member === 'string' ? [] : member.addresses;
  });
}
