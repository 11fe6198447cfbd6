import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startConsul, type ConsulOptions } from '../../consul/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

// What consul's documentation promises of its HTTP API, and swarm's client relies on.

/** As swarm's client marks its keys; more than JavaScript's numbers hold. (consul/api, lock.go) */
const LOCK_FLAG = '3304740253564472344';

type Fields = Record<string, unknown>;

async function consul(options: ConsulOptions = {}) {
  const server = await startConsul(options);
  onTestFinished(() => server.close().catch(() => undefined));
  const ask = async (method: string, route: string, body?: string | object) => {
    const text = typeof body === 'object' ? JSON.stringify(body) : body;
    const response = await fetch(`http://127.0.0.1:${server.port}/v1/${route}`, {
      method,
      ...(text === undefined ? {} : { body: text }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const key = async (name: string) => {
    const { text } = await ask('GET', `kv/${name}`);
    return text === '' ? undefined : (JSON.parse(text) as Fields[])[0];
  };
  const session = async (body: object = {}) => {
    const { status, text } = await ask('PUT', 'session/create', body);
    expect(status, text).toBe(200);
    return (JSON.parse(text) as { ID: string }).ID;
  };
  return { server, ask, key, session };
}

describe('keys', () => {
  it('show their value in base 64, flags of 64 bits, and indexes', async () => {
    const { ask } = await consul();
    expect(await ask('PUT', `kv/a/b?flags=${LOCK_FLAG}`, '10.0.0.1:2376')).toMatchObject({
      status: 200,
      text: 'true',
    });
    const { text, headers } = await ask('GET', 'kv/a/b');
    expect(text).toContain(`"Flags":${LOCK_FLAG},`);
    const [entry = {}] = JSON.parse(text) as Fields[];
    expect(entry).toMatchObject({ Key: 'a/b', Value: 'MTAuMC4wLjE6MjM3Ng==', LockIndex: 0 });
    expect(entry['CreateIndex']).toBe(entry['ModifyIndex']);
    expect(entry).not.toHaveProperty('Session');
    expect(headers.get('x-consul-index')).toBe(String(entry['ModifyIndex']));
    expect(headers.get('x-consul-knownleader')).toBe('true');
    expect(headers.get('x-consul-lastcontact')).toBe('0');
  });

  it('have a null value when empty, and can be read raw', async () => {
    const { ask, key } = await consul();
    await ask('PUT', 'kv/empty', '');
    expect(await key('empty')).toMatchObject({ Value: null });
    await ask('PUT', 'kv/full', 'text');
    expect((await ask('GET', 'kv/full?raw')).text).toBe('text');
  });

  it('that do not exist give 404 without a body, but with an index above zero', async () => {
    const { ask } = await consul();
    for (const route of ['kv/none', 'kv/none?recurse', 'kv/none?keys']) {
      const { status, text, headers } = await ask('GET', route);
      expect([status, text]).toEqual([404, '']);
      expect(Number(headers.get('x-consul-index'))).toBeGreaterThan(0);
    }
  });

  it('are listed by how they begin, slash or not', async () => {
    const { ask } = await consul();
    for (const name of ['demo/x', 'demo/y/z', 'demo2/x', 'other'])
      await ask('PUT', `kv/${name}`, 'v');
    const list = async (route: string) => JSON.parse((await ask('GET', route)).text) as unknown;
    expect(await list('kv/demo?keys')).toEqual(['demo/x', 'demo/y/z', 'demo2/x']);
    expect(await list('kv/demo/?keys&separator=/')).toEqual(['demo/x', 'demo/y/']);
    expect(await list('kv/demo/?recurse')).toMatchObject([{ Key: 'demo/x' }, { Key: 'demo/y/z' }]);
    await ask('DELETE', 'kv/demo/?recurse');
    expect(await list('kv/?keys')).toEqual(['demo2/x', 'other']);
  });

  it('are checked and set by their index', async () => {
    const { ask, key } = await consul();
    expect((await ask('PUT', 'kv/a?cas=0', '1')).text).toBe('true');
    expect((await ask('PUT', 'kv/a?cas=0', '2')).text).toBe('false');
    const index = Number((await key('a'))?.['ModifyIndex']);
    expect((await ask('PUT', `kv/a?cas=${index}`, '3')).text).toBe('true');
    expect((await ask('DELETE', `kv/a?cas=${index}`)).text).toBe('false');
    expect((await ask('PUT', 'kv/a?cas=0&acquire=x', '4')).status).toBe(400);
  });

  it('keep their index when nothing changes', async () => {
    const { ask, key } = await consul();
    await ask('PUT', 'kv/a', '1');
    const before = await key('a');
    await ask('PUT', 'kv/a', '1');
    expect(await key('a')).toEqual(before);
  });

  it('are limited to 512 KiB', async () => {
    const { ask } = await consul();
    expect((await ask('PUT', 'kv/a', 'x'.repeat(512 * 1024 + 1))).status).toBe(413);
  });
});

describe('a blocking read', () => {
  it('answers when something below the prefix has changed, deletions too', async () => {
    const { ask } = await consul();
    await ask('PUT', 'kv/demo/a', '1');
    const index = Number((await ask('GET', 'kv/demo?recurse')).headers.get('x-consul-index'));
    const blocked = ask('GET', `kv/demo?recurse&index=${index}&wait=5s`);
    await ask('PUT', 'kv/else', '1');
    expect(await Promise.race([blocked.then(() => 'answered'), sleep(60, 'waits')])).toBe('waits');
    await ask('DELETE', 'kv/demo/a');
    const { status, headers } = await blocked;
    expect(status).toBe(404);
    expect(Number(headers.get('x-consul-index'))).toBeGreaterThan(index);
  });

  it('answers the same when its time is over, also when the index went back', async () => {
    const { ask } = await consul();
    await ask('PUT', 'kv/a', '1');
    const now = (await ask('GET', 'kv/a')).headers.get('x-consul-index');
    for (const index of [now, '99999']) {
      const started = performance.now();
      const { headers } = await ask('GET', `kv/a?index=${index ?? ''}&wait=100ms`);
      expect(performance.now() - started).toBeGreaterThan(95);
      expect(headers.get('x-consul-index')).toBe(now);
    }
  });

  it('refuses what is no time or index', async () => {
    const { ask } = await consul();
    expect(await ask('GET', 'kv/a?wait=soon')).toMatchObject({
      status: 400,
      text: 'Invalid wait time',
    });
    expect(await ask('GET', 'kv/a?index=-')).toMatchObject({ status: 400, text: 'Invalid index' });
    expect((await ask('GET', 'kv/a?stale&consistent')).status).toBe(400);
  });
});

describe('a session', () => {
  it('is described, renewed, listed and destroyed', async () => {
    const { ask, session } = await consul();
    const id = await session({ Name: 'n', TTL: '1m30s', Behavior: 'delete', LockDelay: '1ms' });
    const described = {
      ...{ ID: id, Name: 'n', Node: 'consul-test', Behavior: 'delete', TTL: '1m30s' },
      LockDelay: 1_000_000,
    };
    for (const [method, route] of [
      ['GET', `session/info/${id}`],
      ['PUT', `session/renew/${id}`],
      ['GET', 'session/list'],
      ['GET', 'session/node/consul-test'],
    ] as const) {
      expect(JSON.parse((await ask(method, route)).text)).toMatchObject([described]);
    }
    expect(await ask('PUT', `session/destroy/${id}`)).toMatchObject({ status: 200, text: 'true' });
    expect(JSON.parse((await ask('GET', `session/info/${id}`)).text)).toEqual([]);
    expect(await ask('PUT', `session/renew/${id}`)).toMatchObject({
      status: 404,
      text: `Session id '${id}' not found`,
    });
    expect((await ask('GET', 'session/create')).status).toBe(405);
  });

  it.each([
    ['5s', "Invalid Session TTL '5000000000', must be between [10s=24h0m0s]"],
    ['25h', 'must be between [10s=24h0m0s]'],
    ['soon', "Session TTL 'soon' invalid"],
  ])('with a TTL of %s is refused', async (TTL, words) => {
    const { ask } = await consul();
    const { status, text } = await ask('PUT', 'session/create', { TTL });
    expect(status).toBe(500);
    expect(text).toContain(words);
  });

  it('is refused with an unknown behaviour, an unknown node, and no JSON', async () => {
    const { ask } = await consul();
    const create = (body: string | object) => ask('PUT', 'session/create', body);
    expect(await create({ Behavior: 'x' })).toMatchObject({ status: 500 });
    expect(await create({ Node: 'x' })).toMatchObject({
      status: 500,
      text: 'Missing node registration',
    });
    expect(await create('{')).toMatchObject({ status: 400 });
  });

  it('expires not before its TTL and about at twice of it, unless renewed', async () => {
    const { ask, key, session } = await consul({ sessionTtlMin: 10 });
    const id = await session({ TTL: '200ms', Behavior: 'delete', LockDelay: '1ms' });
    await ask('PUT', `kv/a?acquire=${id}`, 'v');
    await sleep(250);
    await ask('PUT', `session/renew/${id}`);
    await sleep(250);
    expect(await key('a')).toBeDefined();
    await expect.poll(() => key('a'), { timeout: 2000 }).toBeUndefined();
  });
});

describe('a lock', () => {
  it('is for one session at a time and counts its holders', async () => {
    const { ask, key, session } = await consul();
    const [one, two] = [await session(), await session()];
    expect((await ask('PUT', `kv/l?acquire=${one}`, '1')).text).toBe('true');
    expect((await ask('PUT', `kv/l?acquire=${two}`, '2')).text).toBe('false');
    expect((await ask('PUT', `kv/l?acquire=${one}`, '3')).text).toBe('true');
    expect(await key('l')).toMatchObject({ LockIndex: 1, Session: one });
    // A plain write keeps the lock.
    await ask('PUT', 'kv/l', '4');
    expect(await key('l')).toMatchObject({ Session: one, Value: 'NA==' });
    expect((await ask('PUT', `kv/l?release=${two}`, '5')).text).toBe('false');
    expect((await ask('PUT', `kv/l?release=${one}`, '5')).text).toBe('true');
    expect((await ask('PUT', `kv/l?acquire=${two}`, '6')).text).toBe('true');
    expect(await key('l')).toMatchObject({ LockIndex: 2, Session: two });
  });

  it('needs a session that exists', async () => {
    const { ask } = await consul();
    expect(await ask('PUT', 'kv/l?acquire=nobody', '')).toMatchObject({
      status: 500,
      text: 'invalid session "nobody"',
    });
  });

  it.each(['release', 'delete'])(
    'ends with its session, whose behaviour is %s',
    async (Behavior) => {
      const { ask, key, session } = await consul();
      const id = await session({ Behavior, LockDelay: '1ms' });
      await ask('PUT', `kv/l?acquire=${id}`, 'v');
      await ask('PUT', `session/destroy/${id}`);
      const left = await key('l');
      if (Behavior === 'delete') expect(left).toBeUndefined();
      else expect(left).not.toHaveProperty('Session');
    },
  );

  it('cannot be taken during the lock delay of a session that was invalidated', async () => {
    const { ask, session } = await consul();
    const [one, two] = [await session({ LockDelay: '150ms' }), await session()];
    await ask('PUT', `kv/l?acquire=${one}`, '');
    await ask('PUT', `session/destroy/${one}`);
    const acquire = async () => (await ask('PUT', `kv/l?acquire=${two}`, '')).text;
    expect(await acquire()).toBe('false');
    await expect.poll(acquire, { timeout: 2000 }).toBe('true');
  });
});

describe('the server', () => {
  it('keeps keys, sessions and indexes over a restart, and gives sessions their time again', async () => {
    const file = path.join(await temporaryFolder(), 'consul.json');
    const first = await consul({ file, sessionTtlMin: 10 });
    const id = await first.session({ TTL: '300ms', Behavior: 'delete', LockDelay: '1ms' });
    await first.ask('PUT', `kv/a?acquire=${id}&flags=${LOCK_FLAG}`, 'v');
    await first.ask('PUT', 'kv/gone', 'v');
    await first.ask('DELETE', 'kv/gone');
    const before = await first.ask('GET', 'kv/a');
    await first.server.close();

    const second = await consul({ file, sessionTtlMin: 10 });
    const after = await second.ask('GET', 'kv/a');
    expect(after.text).toBe(before.text);
    expect((await second.ask('GET', 'kv/gone')).headers.get('x-consul-index')).toBe(
      String(second.server.state.keys.index()),
    );
    await expect.poll(() => second.key('a'), { timeout: 2000 }).toBeUndefined();
    await second.server.close();

    await rm(file);
    expect((await (await consul({ file })).ask('GET', 'kv/?keys')).text).toBe('[]');
  });

  it('tells its leader, its version and its shortest TTL', async () => {
    const { ask, server } = await consul({ version: '1.9.5' });
    expect((await ask('GET', 'status/leader')).text).toBe('"127.0.0.1:8300"');
    expect(JSON.parse((await ask('GET', 'agent/self')).text)).toMatchObject({
      Config: { Version: '1.9.5' },
      DebugConfig: { SessionTTLMin: '0s' },
    });
    server.leading = false;
    expect((await ask('GET', 'status/leader')).text).toBe('""');
    expect(await ask('GET', 'kv/a')).toMatchObject({ status: 500, text: 'No cluster leader' });
  });

  it('answers 404 and 405 like any of its kind', async () => {
    const { ask } = await consul();
    expect((await ask('GET', 'nothing')).status).toBe(404);
    expect((await ask('POST', 'kv/a', '')).status).toBe(405);
    expect((await ask('GET', 'kv/')).status).toBe(400);
  });
});
