import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import tls from 'node:tls';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { EngineEndpoint } from '../../../../src/engine/endpoint.ts';
import { SwarmctlError } from '../../../../src/errors.ts';
import { LABEL } from '../../../../src/hosts/labels.ts';
import { lookAtTcpEngine } from '../../../../src/hosts/tcp/look.ts';
import { plainProblem } from '../../../../src/hosts/tcp/plain.ts';
import { createAuthority, issueCertificate, type KeyPair } from '../../../../src/pki/index.ts';
import { calm } from '../../support/cluster.ts';
import { makeCertificates, tlsServer, type Certificates } from '../../support/tls-server.ts';

let certificates: Certificates;
beforeAll(async () => {
  certificates = await makeCertificates();
});

const VERSION = { Version: '28.5.2', ApiVersion: '1.51', MinAPIVersion: '1.24' };
const INFO = {
  ID: 'id-1',
  Name: 'far',
  Driver: 'overlay2',
  OSType: 'linux',
  Architecture: 'x86_64',
  SystemTime: '2026-11-23T07:30:00.5Z',
};
const container = (name: string, more: object = {}) => ({
  Names: [`/${name}`, '/other/alias'],
  Image: 'nginx:1',
  Command: '/bin/true',
  State: 'exited',
  Labels: {},
  ...more,
});

/** A TLS API with these answers by path; 404 to everything else. */
async function api(answers: Record<string, unknown>) {
  return tlsServer(certificates, (request) => {
    const json = answers[new URL(request.url ?? '/', 'http://x').pathname];
    return json === undefined ? undefined : { json };
  });
}

async function failureOf(endpoint: EngineEndpoint): Promise<SwarmctlError> {
  const error: unknown = await lookAtTcpEngine(endpoint, calm).catch((reason: unknown) => reason);
  if (!(error instanceof SwarmctlError)) throw new Error('no SwarmctlError', { cause: error });
  expect(error).toMatchObject({ code: 'ENGINE_UNREACHABLE' });
  expect(error.suggestions.join('')).not.toBe('');
  return error;
}

/** The reason without the address in front. */
async function reasonAt(endpoint: EngineEndpoint): Promise<string> {
  return (await failureOf(endpoint)).message.replace(/^cannot use the engine at \S+: /, '');
}

async function listening(server: net.Server): Promise<EngineEndpoint> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const { authority, client } = certificates;
  const own = { ca: authority.certificate, cert: client.certificate, key: client.privateKey };
  return { kind: 'tcp', host: '127.0.0.1', port, tls: own };
}

/** A server with this certificate that takes nobody's. */
const showing = ({ certificate: cert, privateKey: key }: KeyPair) =>
  listening(tls.createServer({ cert, key }, (socket) => socket.on('error', () => undefined)));

describe('an engine', () => {
  it('says what it is, and which containers of a swarm it has', async () => {
    const { endpoint } = await api({
      '/version': VERSION,
      '/info': INFO,
      '/containers/json': [
        container('web'),
        container('ours', { Labels: { [LABEL.cluster]: 'demo' }, State: 'running' }),
        container('x', { Image: 'registry.example.org:5000/swarm:1.2.9' }),
        container('y', { Image: 'sha256:01', Command: '/swarm join --advertise 10.0.0.1' }),
        container('swarm-agent-master', { Image: 'sha256:02', Labels: null }),
        container('swarmpit', { Image: 'swarmpit/swarmpit:1' }),
      ],
    });
    const facts = await lookAtTcpEngine(endpoint, calm);
    expect(facts).toMatchObject({
      id: 'id-1',
      name: 'far',
      version: '28.5.2',
      api: '1.51',
      minApi: '1.24',
      clock: Date.parse('2026-11-23T07:30:00.500Z') / 1000,
      certificate: { subject: 'CN=demo-1', names: ['127.0.0.1', '10.117.0.3'] },
    });
    expect(facts.swarm.map(({ name }) => name)).toEqual(['ours', 'x', 'y', 'swarm-agent-master']);
    expect(facts.swarm[0]).toEqual({
      name: 'ours',
      image: 'nginx:1',
      running: true,
      cluster: 'demo',
    });
  });

  it('is not a swarm manager', async () => {
    const { endpoint } = await api({ '/version': { Version: 'swarm/1.2.9', ApiVersion: '1.22' } });
    expect(await reasonAt(endpoint)).toBe(
      'it is the manager of a swarm (swarm/1.2.9), not an engine',
    );
  });

  it('is not whatever else answers', async () => {
    const other = await api({});
    expect(await reasonAt(other.endpoint)).toBe(
      'what answers there is not a Docker Engine (HTTP 404)',
    );
    const { endpoint } = await api({ '/version': { hello: 'world' } });
    expect(await reasonAt(endpoint)).toBe(
      'what answers there is not a Docker Engine (its answer is no version)',
    );
  });

  it.each([
    [403, 'authorization denied by plugin', 'it does not let us: authorization denied by plugin'],
    [500, 'disk full', 'it fails: disk full'],
  ])('may answer %i', async (status, message, reason) => {
    const { endpoint } = await tlsServer(certificates, () => ({ status, json: { message } }));
    expect(await reasonAt(endpoint)).toBe(reason);
  });
});

describe('TLS', () => {
  it('tells a CA of the same name from the given one', async () => {
    const { authority, server, client } = await makeCertificates();
    const { endpoint, tls: own } = await tlsServer({ authority, server, client }, () => undefined);
    const ours = { ...own, ca: certificates.authority.certificate };
    expect(await reasonAt({ ...endpoint, tls: ours })).toBe(
      'its certificate (CN=demo-1) was not issued by the CA "demo CA", but by another of the same name',
    );
  });

  it('wants a certificate for servers', async () => {
    expect(await reasonAt(await showing(certificates.client))).toMatch(
      /^its certificate "alice" is not for servers$/,
    );
  });

  it('tells an expired CA from an expired certificate', async () => {
    const past = new Date('2020-01-01T00:00:00Z');
    const authority = await createAuthority('old CA', { days: 30, now: past });
    const server = await issueCertificate(authority, {
      commonName: 'demo-1',
      usages: ['server'],
      names: ['127.0.0.1'],
      now: past,
    });
    const endpoint = await showing(server);
    if (endpoint.kind !== 'tcp' || !endpoint.tls) throw new Error('no TLS');
    const old = { ...endpoint, tls: { ...endpoint.tls, ca: authority.certificate } };
    expect(await reasonAt(old)).toBe('its certificate "demo-1" expired on 2020-01-31 00:00:00 UTC');
  });

  it('is refused before or after the handshake', async () => {
    const stranger = await createAuthority('other CA');
    const eve = await issueCertificate(stranger, {
      commonName: 'eve',
      usages: ['client'],
      names: [],
    });
    const { authority, server } = certificates;
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const options = {
        ca: authority.certificate,
        cert: server.certificate,
        key: server.privateKey,
        requestCert: true,
        rejectUnauthorized: true,
        maxVersion,
      };
      const endpoint = await listening(tls.createServer(options));
      if (endpoint.kind !== 'tcp') throw new Error('no TCP');
      const asEve = { ca: authority.certificate, cert: eve.certificate, key: eve.privateKey };
      // A server of Node sends no alert, it hangs up.
      expect(await reasonAt({ ...endpoint, tls: asEve })).toMatch(/refuses|reset|hang up|hung up/);
    }
  });

  it('is not spoken by a plain server', async () => {
    expect(await reasonAt(await listening(http.createServer()))).toBe(
      'what listens there has no TLS',
    );
  });
});

describe('the network', () => {
  it('may not know the name', async () => {
    const reason = await reasonAt({ kind: 'tcp', host: 'host.invalid', port: 2376 });
    expect(reason).toMatch(/^the name host\.invalid (is not known|cannot be looked up)/);
  });

  it('may lead to a closed port, which is told with the host', async () => {
    const error = await failureOf({ kind: 'tcp', host: '127.0.0.1', port: 1 });
    expect(error.message).toBe(
      'cannot use the engine at tcp://127.0.0.1:1: the connection was refused: nothing listens there',
    );
    expect(error.host).toBe('127.0.0.1');
  });

  it('is left alone when nobody wants to know any more', async () => {
    const silent = await listening(net.createServer(() => undefined));
    const controller = new AbortController();
    setTimeout(() => {
      controller.abort(new Error('enough'));
    }, 50);
    await expect(lookAtTcpEngine(silent, controller.signal)).rejects.toThrow('enough');
  });
});

it('plain TCP is told with what anyone can do', () => {
  const { problem, fix } = plainProblem('tcp://10.0.0.1:2375');
  expect(problem).toMatch(/^tcp:\/\/10\.0\.0\.1:2375 has no TLS: anyone .* root on the host$/);
  expect(fix).toContain('--insecure');
});
