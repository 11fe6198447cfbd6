import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { CREDENTIAL_FILES, credentialFolder } from '../cluster/credentials.ts';
import type { FileToPut } from '../engine/pack-files.ts';
import { listenAddress, masterOf, storeAddress, type ClusterRecord } from '../cluster/record.ts';
import { StoreError } from '../stores/store-error.ts';
import { createToken, deleteToken, listRegistered } from '../stores/token.ts';
import { packageRoot } from '../util/package-root.ts';
import type { Discovery, DiscoveryKind, Wiring } from './discovery.ts';
import { givenEndpoint } from './existing-store.ts';
import { POLLING_HEARTBEAT } from './nodes.ts';
import type { StoreUrl } from './store-url.ts';

const PORT = 3380;
const BASE = 'v1';
const FOLDER = '/etc/swarmctl/token-service';
const TOKENS = 'tokens';

/** Where the published swarm image, and Go on most systems, looks for the CAs it trusts. */
const CA_BUNDLE = '/etc/ssl/certs/ca-certificates.crt';

/** A token, such as the Hub's were: 32 hex digits that nobody guesses. */
const HUB_TOKEN = /^[0-9a-f]{32}$/i;

/** A token that is as good as never made. */
const NOBODYS = '0'.repeat(32);

/** Of a cluster whose state is lost and whose master is gone, nobody knows it any more. */
function tokenOf(record: ClusterRecord): string {
  return record.token ?? 'lost';
}

/** Kept on the master, for the service there and for when the cluster's state is lost. */
function tokenFile(record: ClusterRecord): FileToPut {
  return { path: `${FOLDER}/${TOKENS}`, text: `${tokenOf(record)}\n`, mode: 0o600 };
}

const findToken: NonNullable<Discovery['findToken']> = async (masterFiles, signal) =>
  (await masterFiles(FOLDER, signal)).get(TOKENS)?.trim();

/**
 * The published image was built with a Go that knows no SSL_CERT_FILE, so its bundle is covered by
 * ours; later builds may look elsewhere, so they are told as well.
 */
function trust(): Pick<Wiring, 'credentials' | 'mounts' | 'environment'> {
  const ca = `${credentialFolder('discovery')}/${CREDENTIAL_FILES.ca}`;
  return {
    credentials: ['discovery'],
    mounts: [`${ca}:${CA_BUNDLE}`],
    environment: { SSL_CERT_FILE: ca },
  };
}

/** The token service of swarmctl, on the master, with the one token of the cluster. */
const deployed: Discovery = {
  kind: 'token',
  agents: true,
  managerLast: true,
  credentials: 'ca',
  deployed: {
    port: PORT,
    defaultImage: 'node:22.20.0-alpine3.22',
    imageIs: 'image with Node 20.19 or later in its PATH, for the token service',
    tls: true,
    runsOnNode: true,
    service: (record) => ({
      name: 'swarm-token',
      image: record.storeImage ?? '',
      entrypoint: ['node'],
      command: [
        `${FOLDER}/token-service.mjs`,
        `--listen=${listenAddress(masterOf(record), 'store', PORT)}`,
        '--data-dir=/data',
        `--tls-cert=${credentialFolder('store')}/${CREDENTIAL_FILES.certificate}`,
        `--tls-key=${credentialFolder('store')}/${CREDENTIAL_FILES.key}`,
        `--client-ca=${credentialFolder('store')}/${CREDENTIAL_FILES.ca}`,
        // The cluster's token is there from the start, also when the data is lost.
        `--token-file=${FOLDER}/${TOKENS}`,
      ],
      credentials: ['store'],
      mounts: [FOLDER],
      volume: { name: 'swarmctl-token', path: '/data' },
    }),
  },
  findToken,
  newToken: () => Promise.resolve(randomBytes(16).toString('hex')),
  files: async (record) => [
    {
      path: `${FOLDER}/token-service.mjs`,
      text: await readFile(path.join(packageRoot(), 'dist/token-service.mjs'), 'utf8'),
      mode: 0o644,
    },
    tokenFile(record),
  ],
  wiring: (record) => ({
    url: `token://${storeAddress(record)}/${BASE}/${tokenOf(record)}`,
    options: [],
    managerHeartbeat: POLLING_HEARTBEAT,
    ...trust(),
  }),
  ask: async (access, record, signal) => ({
    version: 'token service',
    members: await listRegistered(await access.endpoint(), BASE, tokenOf(record), signal),
  }),
};

/**
 * A token service that exists. A token that the person gave is used and left alone; otherwise one is
 * made there for the cluster, and goes with it.
 */
function existing(url: StoreUrl, tls: boolean): Discovery {
  return {
    kind: 'token',
    agents: true,
    managerLast: true,
    credentials: tls ? 'given ca' : 'none',
    files: (record) => Promise.resolve([tokenFile(record)]),
    findToken,
    newToken: async (spec, signal) =>
      spec.discoveryToken ?? createToken(givenEndpoint(url, spec), url.path, signal),
    wiring: (record) => ({
      url: `token://${url.servers}/${url.path === '' ? '' : `${url.path}/`}${tokenOf(record)}`,
      options: [],
      credentials: [],
      managerHeartbeat: POLLING_HEARTBEAT,
      ...(tls && trust()),
    }),
    ask: async (access, record, signal) => ({
      version: 'token service',
      members: await listRegistered(await access.endpoint(), url.path, tokenOf(record), signal),
    }),
    existing: {
      url,
      async probe(endpoint, { spec }, signal) {
        if (spec.discoveryToken === null) {
          // Whether it answers; that it does not know the token is what it should say.
          await listRegistered(endpoint, url.path, NOBODYS, signal).catch((error: unknown) => {
            if (!(error instanceof StoreError) || error.status !== 404) throw error;
          });
          return [];
        }
        const members = await listRegistered(endpoint, url.path, spec.discoveryToken, signal);
        return members.length === 0
          ? []
          : [`nodes are registered under the token already: ${members.join(', ')}`];
      },
      holds: ({ spec }) =>
        spec.discoveryToken === null ? `its token at the token service ${url.servers}` : '',
      async forget(endpoint, record, signal) {
        if (record.spec.discoveryToken !== null) return;
        await deleteToken(endpoint, url.path, tokenOf(record), signal);
      },
    },
  };
}

export const token: DiscoveryKind = {
  kind: 'token',
  facts: {
    summary: 'a token service over HTTPS, as Docker Hub had one, polled by the manager every 5 s',
    needs: 'nothing (deployed on the master), or a token service that exists',
    managers: false,
    lostAfter: 'TTL of its entry and a poll, 60 to 65 s',
    tls: 'server certificate; whoever has the token may register',
  },
  tlsFiles: 'any',
  deploy: deployed,
  existing,
  urlProblems: ({ addresses }) => (addresses.length > 1 ? ['a token service has one address'] : []),
};

/** A token URL without its token, and the token; null when the URL ends in none. */
export function splitToken(text: string): { url: string; token: string | null } {
  if (!text.startsWith('token://')) return { url: text, token: null };
  const [, url = '', last = ''] = /^(.*?)\/?([^/]*)\/*$/.exec(text) ?? [];
  return HUB_TOKEN.test(last)
    ? { url: url === 'token:' || url === 'token:/' ? 'token://' : url, token: last }
    : { url: text, token: null };
}
