import { beforeAll, describe, expect, it } from 'vitest';
import { etcd } from '../../../src/discovery/etcd.ts';
import { discoveries, discoveryKinds, discoveryOf } from '../../../src/discovery/index.ts';
import { EngineError } from '../../../src/engine/engine-error.ts';
import { calm, recordOf } from '../support/cluster.ts';
import { makeCertificates, tlsServer, type Certificates } from '../support/tls-server.ts';

let certificates: Certificates;
beforeAll(async () => {
  certificates = await makeCertificates();
});

const NODES = '/v2/keys/demo/docker/swarm/nodes';
const root = { json: { action: 'get', node: { dir: true } } };
const version = { json: { etcdserver: '3.5.21', etcdcluster: '3.5.0' } };
const missing = { status: 404, json: { errorCode: 100, message: 'Key not found' } };

type Replies = Record<string, { status?: number; json: unknown }>;

/** Asks an etcd that answers so, and what that saw. */
async function ask(replies: Replies) {
  const seen: string[] = [];
  const clients = new Set<string>();
  const { endpoint } = await tlsServer(certificates, (request, client) => {
    seen.push(request.url ?? '');
    clients.add(client);
    return replies[(request.url ?? '').replace(/\?.*/, '')];
  });
  const view = await etcd.ask(endpoint, recordOf(), calm).catch((error: unknown) => error);
  return { view, seen, clients: [...clients] };
}

const listed = (...values: string[]) => ({
  json: { action: 'get', node: { dir: true, nodes: values.map((value) => ({ key: 'k', value })) } },
});

describe('asking etcd', () => {
  it('tells its version and the members, sorted, to a client with a certificate', async () => {
    const { view, clients, seen } = await ask({
      '/version': version,
      '/v2/keys/': root,
      [NODES]: listed('10.117.0.4:2376', '10.117.0.3:2376'),
    });
    expect(view).toEqual({
      version: 'etcd 3.5.21',
      members: ['10.117.0.3:2376', '10.117.0.4:2376'],
    });
    expect(clients).toEqual(['alice']);
    // Of the cluster's own prefix, and agreed on by the store.
    expect(seen.find((url) => url.startsWith(NODES))).toContain('quorum=true');
  });

  it('finds no members while the directory is missing or empty', async () => {
    for (const nodes of [missing, listed(), { json: { action: 'get', node: { dir: true } } }]) {
      const { view } = await ask({ '/version': version, '/v2/keys/': root, [NODES]: nodes });
      expect(view).toEqual({ version: 'etcd 3.5.21', members: [] });
    }
  });

  it('fails with the flag that is missing when the v2 API is off', async () => {
    const { view } = await ask({ '/version': version });
    expect((view as Error).message).toBe(
      'etcd answers, but not on /v2/keys: its v2 API is off (--enable-v2=true)',
    );
  });

  it.each([
    ['a status', { status: 503, json: {} }, 'status 503'],
    ['something else that answers', { json: { hello: 'world' } }, 'status 200'],
  ])('fails with %s', async (_, reply, words) => {
    const { view } = await ask({ '/version': version, '/v2/keys/': reply, [NODES]: missing });
    expect((view as Error).message).toContain(words);
  });

  it('manages without a version', async () => {
    const { view } = await ask({ '/v2/keys/': root, [NODES]: missing });
    expect(view).toEqual({ version: 'etcd ?', members: [] });
  });

  it('fails when nothing answers, or for another client', async () => {
    const { tls } = await tlsServer(certificates, () => root);
    const nowhere = { kind: 'tcp', host: '127.0.0.1', port: 1, tls } as const;
    await expect(etcd.ask(nowhere, recordOf(), calm)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
    const { endpoint } = await tlsServer(certificates, () => root);
    const stranger = await makeCertificates();
    const other = {
      ...endpoint,
      tls: { ...tls, cert: stranger.client.certificate, key: stranger.client.privateKey },
    } as const;
    await expect(etcd.ask(other, recordOf(), calm)).rejects.toBeInstanceOf(EngineError);
  });

  it('fails when the members cannot be read', async () => {
    const noLeader = { status: 500, json: { errorCode: 300, message: 'Raft Internal Error' } };
    const { view } = await ask({ '/version': version, '/v2/keys/': root, [NODES]: noLeader });
    expect(view).toBeInstanceOf(Error);
  });
});

describe('running etcd', () => {
  it('demands client certificates, serves v2, and is known by an address all hosts reach', () => {
    const { name, command, entrypoint, image, credentials, volume } = etcd.service(recordOf());
    expect({ name, entrypoint, image }).toEqual({
      name: 'etcd',
      entrypoint: ['etcd'],
      image: 'quay.io/coreos/etcd:v3.5.21',
    });
    expect(command).toEqual(
      expect.arrayContaining([
        '--enable-v2=true',
        '--client-cert-auth',
        '--listen-client-urls=https://0.0.0.0:2379',
        '--advertise-client-urls=https://10.117.0.2:2379',
        '--listen-peer-urls=http://127.0.0.1:2380',
        '--trusted-ca-file=/etc/swarmctl/tls/store/ca.pem',
        '--cert-file=/etc/swarmctl/tls/store/cert.pem',
        '--key-file=/etc/swarmctl/tls/store/key.pem',
      ]),
    );
    expect(credentials).toEqual(['store']);
    expect(command).toContain(`--data-dir=${volume?.path ?? ''}`);
  });

  it('is found by swarm under the name of the cluster, with all three files of TLS', () => {
    expect(etcd.wiring(recordOf({ name: 'other' }))).toEqual({
      url: 'etcd://10.117.0.2:2379/other',
      options: [
        'kv.cacertfile=/etc/swarmctl/tls/discovery/ca.pem',
        'kv.certfile=/etc/swarmctl/tls/discovery/cert.pem',
        'kv.keyfile=/etc/swarmctl/tls/discovery/key.pem',
      ],
      credentials: ['discovery'],
    });
  });
});

it('every kind of discovery is known by its own word', () => {
  expect(discoveryKinds).toContain('etcd');
  for (const [kind, discovery] of Object.entries(discoveries)) expect(discovery.kind).toBe(kind);
  expect(discoveryOf('etcd')).toBe(etcd);
  expect(() => discoveryOf('zk')).toThrow('unknown discovery zk');
});
