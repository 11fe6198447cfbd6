import { once } from 'node:events';
import net from 'node:net';
import { text } from 'node:stream/consumers';
import tls from 'node:tls';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identities, live, until } from './live-service.ts';

const FIXED = '00112233445566778899aabbccddeeff';

async function connect(port: number, options: tls.ConnectionOptions = {}): Promise<tls.TLSSocket> {
  const { authority } = await identities();
  const socket = tls.connect({ host: '127.0.0.1', port, ca: authority.certificate, ...options });
  socket.on('error', () => {});
  await once(socket, 'secureConnect');
  return socket;
}

/** Sends bytes as they are and reads until the service closes the connection or is silent. */
async function send(port: number, bytes: string | Uint8Array): Promise<string> {
  const socket = await connect(port);
  const answer = text(socket).catch(() => '');
  socket.end(bytes);
  return answer;
}

describe('whatever comes over a connection', () => {
  it('the service goes on, and answers never show its insides', { timeout: 30_000 }, async () => {
    const { ask, port, lines } = await live({ tokens: [FIXED] });
    const word = fc.oneof(
      fc.constantFrom('GET', 'POST', 'DELETE', 'BREW', '', '\0', 'CONNECT', 'PRI'),
      fc.string({ maxLength: 8 }),
    );
    const target = fc.oneof(
      fc.constantFrom('/v1/clusters', `/v1/clusters/${FIXED}?ttl=9`, '/healthz', '*', 'a:1', '%'),
      fc.constantFrom('https://x/v1/clusters', `/v1/clusters/${FIXED}?ttl=${'9'.repeat(2000)}`),
      fc.webPath(),
      fc.string(),
    );
    const header = fc.oneof(
      fc.constantFrom('Host: x', 'Content-Length: 3', 'Content-Length: -1', 'Expect: miracles'),
      fc.constantFrom('Transfer-Encoding: chunked', 'Connection: upgrade\r\nUpgrade: h2c'),
      fc.constant(`X: ${'y'.repeat(20_000)}`),
      fc.string(),
    );
    const message = fc
      .tuple(word, target, fc.array(header, { maxLength: 4 }), fc.string())
      .map(([method, url, headers, body]) =>
        Buffer.from(`${method} ${url} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n${body}`),
      );
    const bytes = fc.oneof({ weight: 4, arbitrary: message }, fc.uint8Array({ maxLength: 300 }));
    await fc.assert(
      fc.asyncProperty(bytes, async (given) => {
        const answer = await send(port, given);
        if (answer !== '') expect(answer).toMatch(/^HTTP\/1\.1 \d{3} /);
        expect(answer).not.toMatch(/^HTTP\/1\.1 500|\.ts:|node:|Error:|\n +at /);
      }),
      { numRuns: 80 },
    );
    expect((await ask('GET', `/v1/clusters/${FIXED}`)).status).toBe(200);
    expect(lines.filter((line) => line.includes(FIXED) || line.includes('bug'))).toEqual([]);
    expect(lines.filter((line) => /[\x00-\x1f\x7f-\x9f]/.test(line))).toEqual([]);
  });

  it('no TLS is told apart in the log', async () => {
    const { ask, port, lines } = await live();
    const socket = net.connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write('GET / HTTP/1.1\r\n\r\n');
    await once(socket, 'close');
    await until(() => lines.some((line) => line.includes('without TLS')));
    expect((await ask('GET', '/healthz')).status).toBe(200);
  });

  it('TLS 1.1 is not spoken', async () => {
    const { port } = await live();
    const { authority } = await identities();
    const old: tls.ConnectionOptions = {
      ...{ host: '127.0.0.1', port, ca: authority.certificate },
      ...{ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
    };
    const failure = await once(tls.connect(old), 'secureConnect').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
  });

  it('a request that stops half-way is given up', async () => {
    const { port } = await live({
      limits: { headerSeconds: 1, requestSeconds: 1 },
      tokens: [FIXED],
    });
    const beginnings = [
      '',
      'GET /healthz HT',
      `POST /v1/clusters/${FIXED} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\na`,
    ];
    const answers = beginnings.map(async (beginning) => {
      const socket = await connect(port);
      socket.write(beginning);
      return text(socket);
    });
    for (const answer of await Promise.all(answers)) expect(answer).toMatch(/^HTTP\/1\.1 408 |^$/);
  });

  it('more connections than the limit are turned away, and soon taken again', async () => {
    const { ask, port } = await live({ limits: { connections: 3 } });
    const sockets = await Promise.all([connect(port), connect(port), connect(port)]);
    await expect(ask('GET', '/healthz')).rejects.toThrow();
    for (const socket of sockets) socket.destroy();
    await expect
      .poll(() => ask('GET', '/healthz').catch(() => null))
      .toMatchObject({ status: 200 });
  });
});

describe('a resumed session', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'of a client without a certificate makes no token (%s)',
    async (version) => {
      const { port } = await live({ clientCa: true });
      const only = { minVersion: version, maxVersion: version };
      const first = await connect(port, only);
      // TLS 1.2 has it with the handshake, TLS 1.3 sends it afterwards.
      let session: Buffer | undefined = version === 'TLSv1.2' ? first.getSession() : undefined;
      first.on('session', (given: Buffer) => (session = given));
      first.end('GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
      await text(first);
      const second = await connect(port, { ...only, ...(session && { session }) });
      expect(second.isSessionReused()).toBe(true);
      second.end('POST /v1/clusters HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
      expect(await text(second)).toMatch(/^HTTP\/1\.1 403 /);
    },
  );
});
