import { CREDENTIAL_FILES, credentialFolder } from '../cluster/credentials.ts';
import { masterOf, type ClusterRecord } from '../cluster/record.ts';
import type { EngineEndpoint } from '../engine/endpoint.ts';
import { getJson } from '../engine/get-json.ts';
import type { Discovery } from './discovery.ts';

const PORT = 2379;

/** Where swarm keeps the nodes below the prefix in the discovery URL. (libkv, discovery/kv) */
const NODES = 'docker/swarm/nodes';

interface KeysAnswer {
  readonly node?: { readonly nodes?: readonly { readonly value?: string }[] };
}

function clientUrl(record: ClusterRecord): string {
  return `https://${masterOf(record).address}:${String(PORT)}`;
}

/** A single etcd with the v2 API that swarm speaks, TLS, and client certificates required. */
export const etcd: Discovery = {
  kind: 'etcd',
  port: PORT,
  // 3.5 is the last line that still has the v2 API.
  defaultImage: 'quay.io/coreos/etcd:v3.5.21',

  service(record) {
    const folder = credentialFolder('store');
    const master = masterOf(record);
    const peerUrl = 'http://127.0.0.1:2380';
    return {
      name: 'etcd',
      image: record.spec.images.store,
      entrypoint: ['etcd'],
      command: [
        `--name=${master.name}`,
        '--data-dir=/etcd-data',
        '--enable-v2=true',
        `--listen-client-urls=https://0.0.0.0:${String(PORT)}`,
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

  wiring(record) {
    const folder = credentialFolder('discovery');
    return {
      url: `etcd://${masterOf(record).address}:${String(PORT)}/${record.spec.name}`,
      // With any of the three missing swarm silently speaks plain http.
      options: [
        `kv.cacertfile=${folder}/${CREDENTIAL_FILES.ca}`,
        `kv.certfile=${folder}/${CREDENTIAL_FILES.certificate}`,
        `kv.keyfile=${folder}/${CREDENTIAL_FILES.key}`,
      ],
      credentials: ['discovery'],
    };
  },

  async ask(store: EngineEndpoint, record, signal) {
    const keys = `/v2/keys/${record.spec.name}/${NODES}?quorum=true&recursive=true&sorted=true`;
    const [version, root, nodes] = await Promise.all([
      getJson<{ etcdserver: string }>(store, '/version', signal),
      getJson<{ action?: string }>(store, '/v2/keys/', signal),
      getJson<KeysAnswer>(store, keys, signal),
    ]);
    if (root.status !== 200 || root.body?.action !== 'get') {
      throw new Error(
        root.status === 404
          ? 'etcd answers, but not on /v2/keys: its v2 API is off (--enable-v2=true)'
          : `etcd answers /v2/keys with status ${String(root.status)}`,
      );
    }
    if (nodes.status !== 200 && nodes.status !== 404) {
      throw new Error(`etcd answers ${keys} with status ${nodes.status}`);
    }
    const members = (nodes.body?.node?.nodes ?? []).flatMap(({ value }) => value ?? []);
    return { version: `etcd ${version.body?.etcdserver ?? '?'}`, members: members.sort() };
  },
};
