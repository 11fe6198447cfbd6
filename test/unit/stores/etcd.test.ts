import { beforeAll, describe, expect, it } from 'vitest';
import { askEtcd, deleteFromEtcd, etcdClientUrls, putIntoEtcd } from '../../../src/stores/etcd.ts';
import { calm } from '../support/cluster.ts';
import { makeCertificates, tlsServer, type Certificates } from '../support/tls-server.ts';
import { at, closedPort, httpServer, tcpServer } from './support.ts';

const VERSION = { json: { etcdserver: '3.4.23', etcdcluster: '3.4.0' } };
const ROOT = { json: { action: 'get', node: { dir: true } } };
const MISSING = { status: 404, json: { errorCode: 100, message: 'Key not found' } };
const NODES = '/v2/keys/team/demo/docker/swarm/nodes';

const listed = (...values: string[]) => ({
  json: { action: 'get', node: { dir: true, nodes: values.map((value) => ({ key: 'k', value })) } },
});

let certificates: Certificates;
beforeAll(async () => {
  certificates = await makeCertificates();
});

/** An etcd that answers so to `METHOD path`, queries aside. */
async function etcd(replies: Record<string, { status?: number; json?: unknown; text?: string }>) {
  const { port, seen } = await httpServer((asked) => replies[asked.replace(/\?.*/, '')]);
  return { store: at(port), seen };
}

const serving = { 'GET /version': VERSION, 'GET /v2/keys/': ROOT };

describe('asking etcd', () => {
  it('tells its version and the members below the prefix, sorted', async () => {
    const { store, seen } = await etcd({
      ...serving,
      [`GET ${NODES}`]: listed('10.0.0.4:2376', '10.0.0.3:2376'),
    });
    expect(await askEtcd(store, '/team/demo/', calm)).toEqual({
      version: '3.4.23',
      members: ['10.0.0.3:2376', '10.0.0.4:2376'],
    });
    expect(seen).toContain(`GET ${NODES}?quorum=true&recursive=true&sorted=true`);
  });

  it('finds no members while the directory is missing or empty', async () => {
    for (const nodes of [MISSING, listed(), ROOT]) {
      const { store } = await etcd({ ...serving, [`GET ${NODES}`]: nodes });
      expect((await askEtcd(store, 'team/demo', calm)).members).toEqual([]);
    }
  });

  it('looks at the root when there is no prefix', async () => {
    const { store } = await etcd({
      ...serving,
      'GET /v2/keys/docker/swarm/nodes': listed('10.0.0.3:2376'),
    });
    expect((await askEtcd(store, '', calm)).members).toEqual(['10.0.0.3:2376']);
  });

  it.each([
    ['the v2 API is off', {}, 'its v2 API is off (--enable-v2=true'],
    [
      'there is no quorum',
      {
        ...serving,
        [`GET ${NODES}`]: {
          status: 500,
          json: { errorCode: 300, message: 'Raft Internal Error', cause: 'request timed out' },
        },
      },
      'perhaps without a quorum of its members: Raft Internal Error: request timed out',
    ],
    [
      'it wants a user',
      { 'GET /v2/keys/': { status: 401, json: { message: 'Insufficient credentials' } } },
      'does not allow reading: Insufficient credentials (swarm knows no user of etcd)',
    ],
    ['something else answers', { 'GET /v2/keys/': { json: { hello: 'world' } } }, 'is not etcd'],
    ['it is ill', { 'GET /v2/keys/': { status: 418, text: 'teapot' } }, 'status 418: teapot'],
  ])('says so when %s', async (_, replies, words) => {
    const { store } = await etcd({ 'GET /version': VERSION, ...replies });
    await expect(askEtcd(store, 'team/demo', calm)).rejects.toThrow(words);
  });

  it('goes on to the next server, and names all that fail', async () => {
    const [closed, other] = [await closedPort(), await closedPort()];
    const { store } = await etcd({ ...serving, [`GET ${NODES}`]: listed('10.0.0.3:2376') });
    const good = store.addresses[0]?.port ?? 0;
    expect((await askEtcd(at(closed, good), 'team/demo', calm)).members).toHaveLength(1);
    await expect(askEtcd(at(closed, other), 'team/demo', calm)).rejects.toThrow(
      `127.0.0.1:${closed}: connection refused: nothing listens there; 127.0.0.1:${other}: connection refused`,
    );
  });

  it('gives a mute server three seconds when there are others', async () => {
    const mute = await tcpServer(() => undefined);
    const { store } = await etcd({ ...serving, [`GET ${NODES}`]: listed('10.0.0.3:2376') });
    const started = Date.now();
    await askEtcd({ addresses: [...at(mute).addresses, ...store.addresses] }, 'team/demo', calm);
    expect(Date.now() - started).toBeLessThan(4500);
  });

  it('ends with the reason of the signal', async () => {
    const mute = await tcpServer(() => undefined);
    const reason = new Error('enough');
    const controller = new AbortController();
    setTimeout(() => {
      controller.abort(reason);
    }, 50);
    await expect(askEtcd(at(mute), 'demo', controller.signal)).rejects.toBe(reason);
  });
});

describe('asking etcd over TLS', () => {
  const answer = (url: string) =>
    url === '/v2/keys/' ? ROOT : url === '/version' ? VERSION : MISSING;

  it('shows a client certificate', async () => {
    const clients = new Set<string>();
    const { endpoint, tls } = await tlsServer(certificates, (request, client) => {
      clients.add(client);
      return answer(request.url?.replace(/\?.*/, '') ?? '');
    });
    const { port } = endpoint as { port: number };
    const store = { ...at(port), tls: { ...tls, identities: ['10.117.0.3'] } };
    expect(await askEtcd(store, 'demo', calm)).toEqual({ version: '3.4.23', members: [] });
    expect([...clients]).toEqual(['alice']);

    const stranger = { ...at(port), tls: { ...tls, identities: ['10.117.0.9'] } };
    await expect(askEtcd(stranger, 'demo', calm)).rejects.toThrow('is for another name');
    await expect(askEtcd(at(port), 'demo', calm)).rejects.toThrow(/TLS/);

    const foreign = await makeCertificates();
    const ca = { ...tls, ca: foreign.authority.certificate };
    await expect(askEtcd({ ...at(port), tls: ca }, 'demo', calm)).rejects.toThrow(
      'its certificate is not of the given CA',
    );
    const { certificate: cert, privateKey: key } = foreign.client;
    await expect(
      askEtcd({ ...at(port), tls: { ...tls, cert, key } }, 'demo', calm),
    ).rejects.toThrow('certificate');
  });

  it('says when the server speaks plain text', async () => {
    const { store } = await etcd(serving);
    const { authority, client } = certificates;
    const tls = { ca: authority.certificate, cert: client.certificate, key: client.privateKey };
    await expect(askEtcd({ ...store, tls }, 'demo', calm)).rejects.toThrow('does not speak TLS');
  });

  it("knows the words of Go's servers for plain text on a TLS port", async () => {
    const { port } = await httpServer(() => ({
      status: 400,
      text: 'Client sent an HTTP request to an HTTPS server.\n',
    }));
    await expect(askEtcd(at(port), 'demo', calm)).rejects.toThrow(
      `127.0.0.1:${port}: it wants TLS`,
    );
  });
});

describe('changing etcd', () => {
  it('puts a value as a form', async () => {
    const bodies: string[] = [];
    const { port, seen } = await httpServer((_, body) => {
      bodies.push(body);
      return { status: 201, json: {} };
    });
    await putIntoEtcd(at(port), 'team/demo/a b', 'x=1&y', calm);
    expect(seen).toEqual(['PUT /v2/keys/team/demo/a%20b']);
    expect(bodies).toEqual(['value=x%3D1%26y']);
  });

  it('deletes a prefix with all below it, which may be gone already', async () => {
    for (const reply of [{ json: { action: 'delete' } }, MISSING]) {
      const { store, seen } = await etcd({ 'DELETE /v2/keys/team/demo': reply });
      await deleteFromEtcd(store, '/team/demo', calm);
      expect(seen).toEqual(['DELETE /v2/keys/team/demo?recursive=true']);
    }
  });

  it('does not take an API that is off for a prefix that is gone', async () => {
    const { store } = await etcd({});
    await expect(deleteFromEtcd(store, 'demo', calm)).rejects.toThrow('v2 API is off');
  });

  it('refuses to delete the root', async () => {
    await expect(deleteFromEtcd(at(1), '//', calm)).rejects.toThrow('refusing');
  });
});

describe("etcd's members", () => {
  it('are told by the URLs for clients', async () => {
    const members = [{ clientURLs: ['http://10.0.0.1:2379'] }, { name: 'not started' }];
    const { store } = await etcd({ 'GET /v2/members': { json: { members } } });
    expect(await etcdClientUrls(store, calm)).toEqual(['http://10.0.0.1:2379']);
  });
});
