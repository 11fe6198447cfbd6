import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Discovery } from '../../../src/discovery/discovery.ts';
import { givenEndpoint } from '../../../src/discovery/existing-store.ts';
import { discoveryOf } from '../../../src/discovery/index.ts';
import { calm, recordOf, specOf } from '../support/cluster.ts';
import { makeCertificates, tlsServer, type Certificates } from '../support/tls-server.ts';
import { at, closedPort, httpServer } from '../stores/support.ts';

const VERSION = { json: { etcdserver: '3.5.21', etcdcluster: '3.5.0' } };
const ROOT = { json: { action: 'get', node: { dir: true } } };
const MISSING = { status: 404, json: { errorCode: 100, message: 'Key not found' } };

let certificates: Certificates;
beforeAll(async () => {
  certificates = await makeCertificates();
});

const listed = (...values: string[]) => ({
  json: { action: 'get', node: { dir: true, nodes: values.map((value) => ({ key: 'k', value })) } },
});

type Replies = Readonly<Record<string, { status?: number; json?: unknown }>>;

/** An etcd whose one member advertises these addresses. */
async function etcdServer({
  urls = [],
  replies = {},
}: { urls?: string[]; replies?: Replies } = {}) {
  const answer = (asked: string) => {
    const known: Replies = {
      'GET /version': VERSION,
      'GET /v2/keys/': ROOT,
      'GET /v2/members': { json: { members: [{ clientURLs: urls }] } },
      ...replies,
    };
    return known[asked.replace(/\?.*/, '')] ?? { ...MISSING, text: JSON.stringify(MISSING.json) };
  };
  const { port, seen } = await httpServer(answer);
  return { port, store: at(port), seen };
}

/** The existing etcd of a spec; where it really is, is told apart. */
function existing(discovery = 'etcd://10.0.0.5:2379/team') {
  const record = recordOf({ discovery });
  const found = discoveryOf(record.spec);
  if (!found.existing) throw new Error('it is deployed');
  return { record, discovery: found, store: found.existing };
}

/** An address of this machine that is not loopback; undefined where it has no network. */
const OWN_ADDRESS = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

/** A member of an etcd on an address, and what it was asked. */
async function memberAt(address: string | undefined) {
  const seen: string[] = [];
  const server = http.createServer((request, response) => {
    seen.push(request.url ?? '');
    response.end(JSON.stringify({ members: [] }));
  });
  server.listen(0, address);
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://${address ?? ''}:${port}`, seen };
}

const probe = async (server: Awaited<ReturnType<typeof etcdServer>>) => {
  const { store, record } = existing();
  return store.probe(server.store, record, calm);
};

describe('an etcd of our own', () => {
  const record = recordOf();
  const etcd = discoveryOf(record.spec);
  const { name, command, entrypoint, image, credentials, volume } = etcd.deployed?.service(
    record,
  ) ?? { command: [] };

  it('demands client certificates, serves v2, and is known by an address all hosts reach', () => {
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

  it('runs from the image that was chosen for the cluster', () => {
    const other = { ...record, storeImage: 'registry.example.org/etcd:3.4' };
    expect(etcd.deployed?.service(other).image).toBe('registry.example.org/etcd:3.4');
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
      managerHeartbeat: 25,
    });
    expect(etcd.credentials).toBe('issued');
  });

  it('is asked for the nodes below the name, with a certificate', async () => {
    const clients = new Set<string>();
    const { endpoint, tls } = await tlsServer(certificates, (request, client) => {
      clients.add(client);
      const replies: Record<string, { status?: number; json: unknown }> = {
        '/version': VERSION,
        '/v2/keys/': ROOT,
        '/v2/keys/demo/docker/swarm/nodes': listed('10.117.0.4:2376', '10.117.0.3:2376'),
      };
      return replies[(request.url ?? '').replace(/\?.*/, '')];
    });
    const { port } = endpoint as { port: number };
    const view = await etcd.ask(
      {
        endpoint: () => Promise.resolve({ ...at(port), tls }),
        masterFiles: () => Promise.reject(new Error('not asked for')),
      },
      record,
      calm,
    );
    expect(view).toEqual({
      version: 'etcd 3.5.21',
      members: ['10.117.0.3:2376', '10.117.0.4:2376'],
    });
    expect([...clients]).toEqual(['alice']);
  });
});

describe('an etcd that exists', () => {
  const ask = (
    discovery: Discovery,
    server: Awaited<ReturnType<typeof etcdServer>>,
    name = 'demo',
  ) =>
    discovery.ask(
      {
        endpoint: () => Promise.resolve(server.store),
        masterFiles: () => Promise.reject(new Error('not asked for')),
      },
      recordOf({ name, discovery: 'etcd://10.0.0.5:2379/team' }),
      calm,
    );

  it('is asked below a path of the cluster in the path that was given', async () => {
    const server = await etcdServer({
      replies: {
        'GET /v2/keys/team/demo/docker/swarm/nodes': listed('10.117.0.3:2376'),
        'GET /v2/keys/team/other/docker/swarm/nodes': listed('10.118.0.3:2376'),
      },
    });
    const { discovery } = existing();
    expect((await ask(discovery, server)).members).toEqual(['10.117.0.3:2376']);
    expect((await ask(discovery, server, 'other')).members).toEqual(['10.118.0.3:2376']);
    expect((await ask(discovery, server, 'third')).members).toEqual([]);
  });

  it.skipIf(OWN_ADDRESS === undefined)(
    'will do when it is empty and all of its members answer',
    async () => {
      const members = await Promise.all([memberAt(OWN_ADDRESS), memberAt(OWN_ADDRESS)]);
      // As etcd's members write them, with and without a slash.
      const urls = members.map(({ url }, index) => (index === 0 ? url : `${url}/`));
      expect(await probe(await etcdServer({ urls }))).toEqual([]);
      for (const { seen } of members) expect(seen).toEqual(['/v2/members']);
    },
  );

  it.each(['http://localhost:2379', 'http://127.0.0.1:2379', 'http://[::1]:2379'])(
    'will not do when a member advertises %s',
    async (url) => {
      const [problem = '', ...more] = await probe(await etcdServer({ urls: [url] }));
      expect(more).toEqual([]);
      expect(problem).toContain(`advertises ${url}`);
      expect(problem).toMatch(/--advertise-client-urls.*the host itself/);
    },
  );

  it('will not do when a member advertises another scheme than swarm would speak', async () => {
    const [problem = ''] = await probe(await etcdServer({ urls: ['https://10.0.0.5:2379'] }));
    expect(problem).toContain('advertises https://10.0.0.5:2379');
    expect(problem).toContain('swarm would speak http with it');
  });

  it('will not do when a member advertises what is no address', async () => {
    const [problem = ''] = await probe(await etcdServer({ urls: ['http://etcd_1:2379'] }));
    expect(problem).toContain('advertises http://etcd_1:2379, which is no address');
  });

  it('will not do when a member that is advertised does not answer', async () => {
    const url = `http://${OWN_ADDRESS ?? '192.0.2.1'}:${await closedPort()}`;
    const [problem = ''] = await probe(await etcdServer({ urls: [url] }));
    expect(problem).toContain(`advertises ${url} (--advertise-client-urls), which does not answer`);
    expect(problem).toMatch(/refused|no route|no answer/);
  });

  it('tells all doubts at once, and who is there', async () => {
    const server = await etcdServer({
      urls: ['http://localhost:1', 'https://10.0.0.5:1'],
      replies: {
        'GET /v2/keys/team/demo/docker/swarm/nodes': listed('10.9.0.4:2376', '10.9.0.3:2376'),
      },
    });
    const problems = await probe(server);
    expect(problems).toHaveLength(3);
    expect(problems.at(-1)).toContain('lists nodes below team/demo: 10.9.0.3:2376, 10.9.0.4:2376');
  });

  it('does not mind the nodes of other clusters', async () => {
    const server = await etcdServer({
      urls: [],
      replies: { 'GET /v2/keys/team/other/docker/swarm/nodes': listed('10.9.0.4:2376') },
    });
    expect(await probe(server)).toEqual([]);
  });

  it('will not do without the v2 API, or when nothing answers', async () => {
    const off = await etcdServer({
      replies: { 'GET /v2/keys/': { status: 404 }, 'GET /v2/members': { status: 404 } },
    });
    await expect(probe(off)).rejects.toThrow('v2 API is off');
    const port = await closedPort();
    const { store, record } = existing();
    await expect(store.probe(at(port), record, calm)).rejects.toThrow('nothing listens there');
  });

  it('is left without what the cluster has in it, and with everything else', async () => {
    const server = await etcdServer({
      replies: {
        'DELETE /v2/keys/team/demo/docker/swarm': { json: { action: 'delete' } },
        'DELETE /v2/keys/team/demo/docker': { json: { action: 'delete' } },
        'DELETE /v2/keys/team/demo': {
          status: 403,
          json: { errorCode: 108, message: 'Directory not empty' },
        },
      },
    });
    const { store, record } = existing();
    await store.forget(server.store, record, calm);
    // The folders go only when nothing is in them: another cluster may be below.
    expect(server.seen).toEqual([
      'DELETE /v2/keys/team/demo/docker/swarm?recursive=true',
      'DELETE /v2/keys/team/demo/docker?dir=true',
      'DELETE /v2/keys/team/demo?dir=true',
    ]);
  });
});

describe('how swarmctl reaches a store that exists', () => {
  const url = 'etcd://a:1,b:2/team';
  const given = (discoveryTls: Parameters<typeof specOf>[0]) => {
    const { store } = existing(url);
    return givenEndpoint(store.url, specOf(discoveryTls));
  };

  it('is all of its addresses, in plain text when nothing was given', () => {
    expect(given({})).toEqual({
      addresses: [
        { host: 'a', port: 1 },
        { host: 'b', port: 2 },
      ],
      tls: undefined,
    });
  });

  it('is with what was given', () => {
    const tls = { ca: 'CA', cert: 'CERT', key: 'KEY' };
    expect(given({ discoveryTls: tls }).tls).toEqual(tls);
    expect(given({ discoveryTls: { ca: 'CA', cert: null, key: null } }).tls).toEqual({
      ca: 'CA',
      cert: undefined,
      key: undefined,
    });
  });
});
