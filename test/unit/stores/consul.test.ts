import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { askConsul, deleteFromConsul, tryConsulSession } from '../../../src/stores/consul.ts';
import { startConsul, type ConsulOptions } from '../../consul/server.ts';
import { calm } from '../support/cluster.ts';
import { makeCertificates, type Certificates } from '../support/tls-server.ts';
import { at, closedPort, httpServer } from './support.ts';

let certificates: Certificates;
beforeAll(async () => {
  certificates = await makeCertificates();
});

async function consul(options: ConsulOptions = {}) {
  const server = await startConsul(options);
  onTestFinished(() => server.close());
  const put = (key: string, value: string, session?: string) => {
    const draft = { key, value: Buffer.from(value), flags: 0n };
    if (session === undefined) server.state.put(draft);
    else server.state.acquire(draft, session);
  };
  const session = () =>
    server.state.createSession({
      ...{ name: '', node: 'consul-test', behavior: 'delete', ttl: '10s' },
      ...{ lockDelay: 1, checks: [] },
    }).id;
  const keys = () => server.state.keys.below('').map(({ key }) => key);
  return { server, store: at(server.port), put, session, keys };
}

describe('asking consul', () => {
  it('tells its version, leader, shortest TTL, and the members below the prefix', async () => {
    const { store, put } = await consul({ version: '1.9.5' });
    put('demo/docker/swarm/nodes', '');
    put('demo/docker/swarm/nodes/10.0.0.4:2376', '10.0.0.4:2376');
    put('demo/docker/swarm/nodes/10.0.0.3:2376', '10.0.0.3:2376');
    put('demo2/docker/swarm/nodes/10.0.0.9:2376', '10.0.0.9:2376');
    put('demo/docker/swarm/leader', '10.0.0.3:3376');
    expect(await askConsul(store, '/demo', calm)).toEqual({
      version: '1.9.5',
      leader: '127.0.0.1:8300',
      sessionTtlMin: 10_000,
      members: ['10.0.0.3:2376', '10.0.0.4:2376'],
    });
  });

  it('finds no members below an unused prefix', async () => {
    const { store } = await consul();
    expect((await askConsul(store, 'demo', calm)).members).toEqual([]);
  });

  it.each([
    [2000, 2000],
    [90_000, 90_000],
    [1500, 1500],
  ])('reads a shortest TTL of %d ms', async (sessionTtlMin, expected) => {
    const { store } = await consul({ sessionTtlMin });
    expect((await askConsul(store, 'demo', calm)).sessionTtlMin).toBe(expected);
  });

  it('knows the shortest TTL of an old version, in nanoseconds', async () => {
    const { port } = await httpServer((asked) => {
      if (asked.includes('leader')) return { json: '10.0.0.1:8300' };
      if (!asked.includes('self')) return { status: 404, text: '' };
      return { json: { Config: { Version: '0.7.5', SessionTTLMin: 5_000_000_000 } } };
    });
    expect(await askConsul(at(port), 'demo', calm)).toMatchObject({
      version: '0.7.5',
      sessionTtlMin: 5000,
    });
  });

  it('manages without /v1/agent/self', async () => {
    const { store } = await consul({ denies: (_, path) => path === '/v1/agent/self' });
    expect(await askConsul(store, 'demo', calm)).toMatchObject({
      version: undefined,
      sessionTtlMin: 10_000,
    });
  });

  it('fails when the keys are denied, without a leader, and where nothing listens', async () => {
    const denied = await consul({ denies: (_, path) => path.startsWith('/v1/kv/') });
    await expect(askConsul(denied.store, 'demo', calm)).rejects.toThrow(
      "consul's ACL does not allow",
    );
    const { server, store } = await consul();
    server.leading = false;
    await expect(askConsul(store, 'demo', calm)).rejects.toThrow('consul has no leader');
    const port = await closedPort();
    await expect(askConsul(at(port), 'demo', calm)).rejects.toThrow(
      `127.0.0.1:${port}: connection refused`,
    );
  });

  it('fails with what is not consul', async () => {
    const { port } = await httpServer(() => undefined);
    await expect(askConsul(at(port), 'demo', calm)).rejects.toThrow('what answers is not consul');
  });

  it('fails with the version that takes no keys with a colon', async () => {
    const { store } = await consul({ keyPattern: /^[a-zA-Z0-9,_./\-?&=]+$/ });
    await expect(askConsul(store, 'demo', calm)).rejects.toThrow('takes no keys with a colon');
  });

  it('shows a client certificate over TLS, and says when there should be one', async () => {
    const { authority, server: own, client } = certificates;
    const ca = authority.certificate;
    const { store } = await consul({ tls: { ca, cert: own.certificate, key: own.privateKey } });
    const tls = { ca, cert: client.certificate, key: client.privateKey };
    expect((await askConsul({ ...store, tls }, 'demo', calm)).members).toEqual([]);
    await expect(askConsul(store, 'demo', calm)).rejects.toThrow(/TLS/);
  });
});

describe('a session for trial', () => {
  it('is granted and gone again', async () => {
    const { server, store } = await consul();
    await tryConsulSession(store, 10_000, calm);
    expect(server.seen).toHaveLength(2);
    expect(server.state.sessions.size).toBe(0);
  });

  it('is refused below the shortest TTL and by an ACL', async () => {
    const { store } = await consul();
    await expect(tryConsulSession(store, 9000, calm)).rejects.toThrow(
      "Invalid Session TTL '9000000000', must be between [10s=24h0m0s]",
    );
    const denied = await consul({ denies: (_, path) => path.startsWith('/v1/session/') });
    await expect(tryConsulSession(denied.store, 10_000, calm)).rejects.toThrow(
      "consul's ACL does not allow opening a session: Permission denied",
    );
  });
});

describe('deleting from consul', () => {
  it('takes the prefix and the sessions that hold its keys, and nothing else', async () => {
    const { server, store, put, session, keys } = await consul();
    const [ours, theirs] = [session(), session()];
    put('team/demo', '');
    put('team/demo/docker/swarm/nodes', '');
    put('team/demo/docker/swarm/nodes/10.0.0.3:2376', '10.0.0.3:2376', ours);
    put('team/demo2/docker/swarm/nodes/10.0.0.9:2376', '10.0.0.9:2376', theirs);
    await deleteFromConsul(store, '/team/demo/', calm);
    expect(keys()).toEqual(['team/demo2/docker/swarm/nodes/10.0.0.9:2376']);
    expect([...server.state.sessions.keys()]).toEqual([theirs]);
    // Gone already is as good.
    await deleteFromConsul(store, 'team/demo', calm);
  });

  it('refuses an empty prefix', async () => {
    const { store, put, keys } = await consul();
    put('a', '');
    await expect(deleteFromConsul(store, '/', calm)).rejects.toThrow('refusing');
    expect(keys()).toEqual(['a']);
  });
});
