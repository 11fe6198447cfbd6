import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import util from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import { EngineError } from '../../../src/engine/engine-error.ts';
import { unpackFiles } from '../../../src/engine/pack-files.ts';
import { calm } from '../support/cluster.ts';
import { fakeEngine } from '../support/fake-engine.ts';

/** A frame of Docker's log format. */
function frame(stream: number, text: string): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(stream, 0);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

async function failureOf(work: Promise<unknown>): Promise<EngineError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EngineError);
  return error as EngineError;
}

describe('an engine on a unix socket', () => {
  it('is asked there, whatever DOCKER_HOST says, and the environment is left as it was', async () => {
    const environment = {
      DOCKER_HOST: 'tcp://127.0.0.1:1',
      DOCKER_TLS_VERIFY: '1',
      DOCKER_CERT_PATH: '/nonexistent',
      DOCKER_PATH_PREFIX: '/prefix',
      DOCKER_CLIENT_TIMEOUT: '1',
    };
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    const { engine, paths } = await fakeEngine({
      'GET /version': { json: { Version: '28.5.2', ApiVersion: '1.51' } },
    });
    expect(await engine.version(calm)).toEqual({ Version: '28.5.2', ApiVersion: '1.51' });
    expect(paths()).toEqual(['GET /version']);
    expect(process.env).toMatchObject(environment);
  });

  it('tells its address', async () => {
    const { engine, socket } = await fakeEngine({});
    expect(engine.url).toBe(`unix://${socket}`);
  });
});

describe('an engine on TCP without TLS', () => {
  it('is asked there', async () => {
    const server = http.createServer((_request, response) => response.end('{"ID":"x"}'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const engine = new Engine({ kind: 'tcp', host: '127.0.0.1', port });
    onTestFinished(() => {
      engine.close();
      server.close();
    });
    expect(engine.url).toBe(`tcp://127.0.0.1:${String(port)}`);
    expect(await engine.info(calm)).toEqual({ ID: 'x' });
  });
});

describe('what is not there', () => {
  it('is undefined or empty where it is looked for', async () => {
    const { engine } = await fakeEngine({});
    expect(await engine.findContainer('x', calm)).toBeUndefined();
    expect(await engine.findImage('quay.io/a/b:1', calm)).toBeUndefined();
    expect(await engine.readFiles('x', '/etc', calm)).toEqual(new Map());
  });

  it('need not be removed', async () => {
    const { engine, requests } = await fakeEngine({});
    await engine.removeContainer('x', calm);
    await engine.removeVolume('x', calm);
    await engine.removeNetwork('x', calm);
    expect(requests.map(({ method }) => method)).toEqual(['DELETE', 'DELETE', 'DELETE']);
    expect(requests[0]?.query.toString()).toBe('force=true&v=true');
  });

  it('is an error where it is needed', async () => {
    const { engine } = await fakeEngine({});
    const error = await failureOf(engine.startContainer('x', calm));
    expect(error.status).toBe(404);
    expect(error.message).toBe('no such object: /containers/x/start');
  });
});

describe('an error', () => {
  it.each([409, 500])('of status %s has the words of the engine', async (status) => {
    const message = 'port is already allocated';
    const { engine } = await fakeEngine({
      'GET /containers/x/json': { status, json: { message } },
    });
    const error = await failureOf(engine.findContainer('x', calm));
    expect(error).toMatchObject({ status, message, name: 'EngineError' });
  });

  it('of a pull that began well is found inside the stream', async () => {
    const { engine } = await fakeEngine({
      'POST /images/create': {
        body: '{"status":"Pulling from library/swarm"}\n{"error":"toomanyrequests: slow down"}\n',
      },
    });
    const error = await failureOf(engine.pullImage('swarm:1.2.9', calm));
    expect(error.message).toBe('toomanyrequests: slow down');
  });

  it('of loading an archive likewise', async () => {
    const { engine } = await fakeEngine({
      'POST /images/load': { body: '{"errorDetail":{"message":"x"},"error":"no space left"}\n' },
    });
    const error = await failureOf(engine.loadImages(Readable.from(['tar']), calm));
    expect(error.message).toBe('no space left');
  });

  it('of a pull that is refused has its status', async () => {
    const { engine } = await fakeEngine({
      'POST /images/create': { status: 404, json: { message: 'pull access denied' } },
    });
    const error = await failureOf(engine.pullImage('nobody/nothing:1', calm));
    expect(error.status).toBe(404);
    expect(error.message).toContain('pull access denied');
  });

  it('of a registry is passed on', async () => {
    const { engine } = await fakeEngine({
      'GET /distribution/swarm:1.2.9/json': { status: 401, json: { message: 'unauthorized' } },
    });
    expect((await failureOf(engine.findInRegistry('swarm:1.2.9', calm))).message).toBe(
      'unauthorized',
    );
  });
});

describe('an abort', () => {
  it('ends a call that is never answered, with the reason of the signal', async () => {
    const { engine } = await fakeEngine({ 'GET /info': 'hang' });
    const controller = new AbortController();
    const reason = new Error('interrupted');
    setTimeout(() => controller.abort(reason), 20);
    await expect(engine.info(controller.signal)).rejects.toBe(reason);
  });
});

describe('logs', () => {
  it('are the texts of both streams in order, without frames', async () => {
    const body = Buffer.concat([
      frame(1, 'starting\n'),
      frame(2, 'warning: größer\n'),
      frame(1, ''),
      frame(1, 'ready\n'),
    ]);
    const { engine, requests } = await fakeEngine({ 'GET /containers/x/logs': { body } });
    expect(await engine.logTail('x', 3, calm)).toBe('starting\nwarning: größer\nready\n');
    expect(Object.fromEntries(requests[0]?.query ?? [])).toMatchObject({
      stdout: 'true',
      stderr: 'true',
      tail: '3',
    });
  });

  it('may be empty', async () => {
    const { engine } = await fakeEngine({ 'GET /containers/x/logs': { body: '' } });
    expect(await engine.logTail('x', 3, calm)).toBe('');
  });
});

describe('lists', () => {
  it('are asked for by label, stopped containers included', async () => {
    const { engine, requests } = await fakeEngine({
      'GET /containers/json': { json: [{ Id: '1' }] },
      'GET /networks': { json: [] },
      'GET /volumes': { json: { Volumes: null } },
    });
    expect(await engine.listContainers('a=b', calm)).toEqual([{ Id: '1' }]);
    expect(await engine.listNetworks(calm, 'a=b')).toEqual([]);
    expect(await engine.listVolumes('a=b', calm)).toEqual([]);
    expect(requests[0]?.query.get('all')).toBe('true');
    for (const { query } of requests) {
      expect(JSON.parse(query.get('filters') ?? '')).toEqual({ label: ['a=b'] });
    }
  });
});

describe('files', () => {
  it('are put into a container with their modes and come back by name', async () => {
    const { engine, requests } = await fakeEngine({ 'PUT /containers/x/archive': { body: '' } });
    const files = [
      { path: '/etc/a/cert.pem', text: 'cert' },
      { path: '/etc/a/key.pem', text: 'größer', mode: 0o600 },
    ];
    await engine.putFiles('x', files, calm);
    const body = requests[0]?.body ?? Buffer.alloc(0);
    expect(requests[0]?.query.get('path')).toBe('/');
    expect(Object.fromEntries(await unpackFiles(Readable.from([body])))).toEqual({
      'cert.pem': 'cert',
      'key.pem': 'größer',
    });
    // Octal mode of each header: 100 bytes after its beginning.
    const modeOf = (name: string) => body.toString('latin1', body.indexOf(name) + 100).slice(0, 6);
    expect([modeOf('etc/a/cert.pem'), modeOf('etc/a/key.pem')]).toEqual(['000644', '000600']);
  });

  it('are read from a container', async () => {
    const { packFiles } = await import('../../../src/engine/pack-files.ts');
    const body = await packFiles([{ path: '/manager/ca.pem', text: 'ca' }]);
    const { engine } = await fakeEngine({ 'GET /containers/x/archive': { body } });
    expect(await engine.readFiles('x', '/manager', calm)).toEqual(new Map([['ca.pem', 'ca']]));
  });
});

describe('credentials for a registry', () => {
  const auth = 'eyJ1c2VybmFtZSI6Im1lIn0=';
  const asked = async (ask: (engine: Engine) => Promise<unknown>) => {
    const { engine, requests } = await fakeEngine({
      'POST /images/create': { body: '{"status":"ok"}\n' },
      'GET /distribution/r:5000/a:1/json': { json: { Descriptor: {} } },
    });
    await ask(engine);
    return requests[0];
  };

  it('go along with a pull and with a question, in a header only', async () => {
    for (const request of [
      await asked((engine) => engine.pullImage('r:5000/a:1', calm, auth)),
      await asked((engine) => engine.findInRegistry('r:5000/a:1', calm, auth)),
    ]) {
      expect(request?.headers['x-registry-auth']).toBe(auth);
      expect(request?.query.toString()).not.toContain('auth');
    }
  });

  it('are left out where there are none', async () => {
    const request = await asked((engine) => engine.pullImage('r:5000/a:1', calm));
    expect(request?.headers['x-registry-auth']).toBeUndefined();
  });

  it('are not shown where requests are inspected', async () => {
    const seen: string[] = [];
    const { inspect } = util;
    const spy = vi.spyOn(util, 'inspect').mockImplementation(((...args: [unknown]) => {
      const text = inspect(...args);
      seen.push(text);
      return text;
    }) as typeof util.inspect);
    await asked((engine) => engine.pullImage('r:5000/a:1', calm, auth));
    spy.mockRestore();
    expect(seen.join('')).toContain('X-Registry-Auth');
    expect(seen.join('')).not.toContain(auth);
  });
});

describe('removing an image', () => {
  it.each([
    ['goes', { json: [{ Untagged: 'a:1' }] }, true],
    ['does not where it is in use', { status: 409, json: { message: 'is using it' } }, false],
    ['does not where it is gone', { status: 404, json: { message: 'No such image' } }, false],
  ])('%s', async (_, answer, went) => {
    const { engine, requests } = await fakeEngine({ 'DELETE /images/r:5000/a:1': answer });
    expect(await engine.removeImage('r:5000/a:1', calm)).toBe(went);
    expect(requests[0]?.query.get('force')).toBeNull();
  });

  it('tells other failures', async () => {
    const { engine } = await fakeEngine({
      'DELETE /images/a:1': { status: 500, json: { message: 'read-only file system' } },
    });
    expect((await failureOf(engine.removeImage('a:1', calm))).message).toContain('read-only');
  });
});
