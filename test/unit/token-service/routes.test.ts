import { readdir, rm } from 'node:fs/promises';
import { Agent } from 'node:https';
import { describe, expect, it } from 'vitest';
import { ask as askAt, identities, live, until } from './live-service.ts';

const UNKNOWN = 'ffffffffffffffffffffffffffffffff';
const FIXED = '00112233445566778899aabbccddeeff';

describe('a token', () => {
  it('is 32 hexadecimal digits and nothing more', async () => {
    const { ask } = await live();
    const { status, text } = await ask('POST', '/v1/clusters', { body: '' });
    expect(status).toBe(200);
    expect(text).toMatch(/^[0-9a-f]{32}$/);
    expect((await ask('POST', '/clusters')).text).not.toBe(text);
  });

  it('is known until it is deleted, with the base /v1 and without', async () => {
    const { ask } = await live();
    const { text: token } = await ask('POST', '/v1/clusters');
    expect(await ask('GET', `/v1/clusters/${token}`)).toMatchObject({ status: 200, text: '[]' });
    expect(await ask('GET', `/clusters/${token}`)).toMatchObject({ status: 200, text: '[]' });
    expect(await ask('DELETE', `/v1/clusters/${token}`)).toMatchObject({ status: 204, text: '' });
    for (const method of ['GET', 'DELETE']) {
      expect((await ask(method, `/v1/clusters/${token}`)).status).toBe(404);
    }
    expect((await ask('POST', `/v1/clusters/${token}`, { body: 'a:1' })).status).toBe(404);
  });

  it('is made and deleted by clients of the CA alone, when there is one', async () => {
    const { ask } = await live({ clientCa: true, tokens: [FIXED] });
    const { client, stranger } = await identities();
    for (const as of [undefined, stranger]) {
      const refused = await ask('POST', '/v1/clusters', { as });
      expect(refused.status).toBe(403);
      expect(refused.text).toMatch(/client certificate of the CA.*\n$/);
    }
    const { status, text: token } = await ask('POST', '/v1/clusters', { as: client });
    expect(status).toBe(200);
    expect((await ask('POST', `/v1/clusters/${token}?ttl=60`, { body: 'a:1' })).status).toBe(200);
    expect((await ask('GET', `/v1/clusters/${token}`)).text).toBe('["a:1"]');
    expect((await ask('DELETE', `/v1/clusters/${token}`, { as: stranger })).status).toBe(403);
    expect((await ask('DELETE', `/v1/clusters/${token}`)).status).toBe(403);
    expect((await ask('DELETE', `/v1/clusters/${token}`, { as: client })).status).toBe(204);
  });

  it('of the token file is there after the data are lost, and stays', async () => {
    const { ask, service, dataFolder } = await live({ tokens: [FIXED] });
    expect((await ask('POST', `/v1/clusters/${FIXED}?ttl=60`, { body: 'a:1' })).status).toBe(200);
    expect((await ask('DELETE', `/v1/clusters/${FIXED}`)).status).toBe(409);
    await service.stop();
    for (const name of await readdir(dataFolder)) await rm(`${dataFolder}/${name}`);
    const again = await live({ tokens: [FIXED], dataFolder });
    expect((await again.ask('GET', `/v1/clusters/${FIXED}`)).text).toBe('[]');
    expect((await again.ask('POST', `/v1/clusters/${FIXED}`, { body: 'b:1' })).status).toBe(200);
    expect((await again.ask('GET', `/v1/clusters/${FIXED}`)).text).toBe('["b:1"]');
  });
});

describe('a registration', () => {
  it('is listed, sorted and once, until its TTL is over', async () => {
    const { ask, lines } = await live();
    const { text: token } = await ask('POST', '/v1/clusters');
    for (const body of ['10.0.0.2:2376', '[::1]:2376', '10.0.0.1:2376', '10.0.0.2:2376']) {
      const answer = await ask('POST', `/v1/clusters/${token}?ttl=60`, { body });
      expect(answer.status).toBe(200);
    }
    await ask('POST', `/v1/clusters/${token}?ttl=1`, { body: 'gone:1' });
    const { text, headers } = await ask('GET', `/v1/clusters/${token}`);
    const stay = ['10.0.0.1:2376', '10.0.0.2:2376', '[::1]:2376'];
    expect(JSON.parse(text)).toEqual([...stay, 'gone:1'].sort());
    expect(headers['content-type']).toContain('application/json');
    await until(() => lines.some((line) => line.includes('expired')));
    expect(lines.find((line) => line.includes('expired'))).toMatch(
      new RegExp(`^\\S+Z expired gone:1 of ${token.slice(0, 6)}…$`),
    );
    expect(JSON.parse((await ask('GET', `/v1/clusters/${token}`)).text)).toEqual(stay);
    const health = await ask('GET', '/healthz');
    expect(JSON.parse(health.text)).toMatchObject({ status: 'ok', clusters: 1, entries: 3 });
    expect(health.text).not.toContain(token);
  });

  it.each(['ttl=1', 'ttl=86400', ''])('takes %j', async (query) => {
    const { ask } = await live({ tokens: [FIXED] });
    expect((await ask('POST', `/v1/clusters/${FIXED}?${query}`, { body: 'a:1' })).status).toBe(200);
  });

  it('refuses any other TTL, any other body, and any other token', async () => {
    const { ask } = await live({ tokens: [FIXED] });
    const queries = ['ttl=0', 'ttl=86401', 'ttl=-1', 'ttl=1.5', 'ttl=', 'ttl=60s', 'ttl=1&ttl=2'];
    for (const query of queries) {
      const refused = await ask('POST', `/v1/clusters/${FIXED}?${query}`, { body: 'a:1' });
      expect([query, refused.status]).toEqual([query, 400]);
      expect(refused.text).toMatch(/ttl must be .*86400\n$/);
    }
    for (const body of ['', '"a:1"', 'a:1\n', 'a', '[1:2', '{"a":1}']) {
      const refused = await ask('POST', `/v1/clusters/${FIXED}`, { body });
      expect([body, refused.status]).toEqual([body, 400]);
      expect(refused.text).toMatch(/^[^\n]{20,}\n$/);
    }
    const refused = await ask('POST', `/v1/clusters/${UNKNOWN}`, { body: 'a:1' });
    expect(refused.status).toBe(404);
    expect((await ask('GET', `/v1/clusters/${FIXED}`)).text).toBe('[]');
  });

  it('stops at the limits, and goes on below them', async () => {
    const { ask } = await live({ limits: { clusters: 2, nodesPerCluster: 2, nodes: 3 } });
    const { text: one } = await ask('POST', '/v1/clusters');
    const { text: two } = await ask('POST', '/v1/clusters');
    const third = await ask('POST', '/v1/clusters');
    expect([third.status, third.text]).toEqual([507, expect.stringMatching(/2 clusters already/)]);
    const register = async (token: string, body: string) =>
      (await ask('POST', `/v1/clusters/${token}`, { body })).status;
    const together = await Promise.all(['a:1', 'b:1', 'c:1'].map((body) => register(one, body)));
    expect(together.sort()).toEqual([200, 200, 507]);
    const [known = ''] = JSON.parse((await ask('GET', `/v1/clusters/${one}`)).text) as string[];
    expect(await register(one, known)).toBe(200);
    expect(await register(two, 'a:1')).toBe(200);
    expect(await register(two, 'b:1')).toBe(507);
    expect((await ask('DELETE', `/v1/clusters/${one}`)).status).toBe(204);
    expect(await register(two, 'b:1')).toBe(200);
    expect((await ask('POST', '/v1/clusters')).status).toBe(200);
  });

  it('is one of ten thousand', { timeout: 30_000 }, async () => {
    const { ask, port } = await live();
    const { text: token } = await ask('POST', '/v1/clusters');
    const addresses = Array.from({ length: 10_000 }, (_, index) => `node-${index}.example:2376`);
    await flood(port, token, addresses);
    const listed = JSON.parse((await ask('GET', `/v1/clusters/${token}`)).text) as string[];
    expect(listed).toEqual(addresses.sort());
    const refused = await ask('POST', `/v1/clusters/${token}`, { body: 'one-more:1' });
    expect([refused.status, refused.text]).toEqual([507, expect.stringContaining('10000')]);
  });
});

describe('any other request', () => {
  it.each([
    ['GET', '/', 404],
    ['GET', '/v2/clusters', 404],
    ['GET', '/v1/clusters/a/b', 404],
    ['GET', '/v1/clusters/%zz', 404],
    ['GET', `/v1/clusters/${FIXED.toUpperCase()}`, 404],
    ['GET', '//v1/clusters', 404],
    ['GET', '/v1/clusters/__proto__', 404],
    ['GET', '/v1/clusters/../clusters', 404],
    ['OPTIONS', '*', 404],
  ])('%s %s finds nothing', async (method, target, status) => {
    const { ask } = await live({ tokens: [FIXED] });
    expect((await ask(method, target)).status).toBe(status);
  });

  it.each([
    ['GET', '/v1/clusters', 'POST'],
    ['PUT', `/v1/clusters/${FIXED}`, 'GET, HEAD, POST, DELETE'],
    ['PATCH', `/clusters/${FIXED}`, 'GET, HEAD, POST, DELETE'],
    ['POST', '/healthz', 'GET, HEAD'],
  ])('%s %s is told what is allowed', async (method, target, allow) => {
    const { ask } = await live({ tokens: [FIXED] });
    const { status, headers } = await ask(method, target);
    expect([status, headers['allow']]).toEqual([405, allow]);
  });

  it('with a body that is too long is refused with a sentence', async () => {
    const { ask } = await live({ tokens: [FIXED] });
    for (const size of [1025, 20_000, 200_000]) {
      const refused = await ask('POST', `/v1/clusters/${FIXED}`, { body: 'x'.repeat(size) });
      expect([refused.status, refused.text]).toEqual([413, expect.stringContaining('1024 bytes')]);
    }
    expect((await ask('GET', `/v1/clusters/${FIXED}`)).status).toBe(200);
  });
});

/** Registers over a hundred connections that are kept. */
async function flood(port: number, token: string, addresses: readonly string[]): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 100 });
  try {
    const statuses = await Promise.all(
      addresses.map((body) => askAt(port, 'POST', `/v1/clusters/${token}`, { body }, agent)),
    );
    expect(new Set(statuses.map(({ status }) => status))).toEqual(new Set([200]));
  } finally {
    agent.destroy();
  }
}
