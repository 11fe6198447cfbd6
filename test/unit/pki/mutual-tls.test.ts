import { once } from 'node:events';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuthority, issueCertificate, type KeyPair } from '../../../src/pki/index.ts';
import { foreignAuthority } from './support.ts';

const serverRequest = { commonName: 'demo-1', usages: ['server'], names: ['127.0.0.1'] } as const;
const clientRequest = { commonName: 'alice', usages: ['client'], names: [] } as const;

/** A server that demands certificates of a CA and answers with the client's common name. */
async function serve(authority: KeyPair, pair: KeyPair, maxVersion: 'TLSv1.2' | 'TLSv1.3') {
  const server = https.createServer(
    {
      ca: authority.certificate,
      cert: pair.certificate,
      key: pair.privateKey,
      requestCert: true,
      rejectUnauthorized: true,
      maxVersion,
    },
    (request, response) => {
      // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- the sockets of an https server are TLS sockets
      response.end((request.socket as TLSSocket).getPeerCertificate().subject.CN);
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

/** What a server answers to a client that trusts `authority`. */
function ask(
  port: number,
  authority: KeyPair,
  pair?: KeyPair,
  host = '127.0.0.1',
): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = https.get({
      host,
      port,
      ca: authority.certificate,
      ...(pair && { cert: pair.certificate, key: pair.privateKey }),
      agent: false,
    });
    request.once('error', reject);
    request.once('response', (response) => {
      response.setEncoding('utf8').once('data', resolve).once('error', reject);
    });
  });
}

describe.each([
  ['of swarmctl', 'TLSv1.2', () => createAuthority('demo CA')],
  ['of swarmctl', 'TLSv1.3', () => createAuthority('demo CA')],
  ['with RSA', 'TLSv1.2', () => foreignAuthority()],
] as const)('mutual TLS under a CA %s, %s', (_, version, makeAuthority) => {
  let authority: KeyPair;
  let server: https.Server;
  let port: number;

  beforeAll(async () => {
    authority = await makeAuthority();
    const pair = await issueCertificate(authority, serverRequest);
    ({ server, port } = await serve(authority, pair, version));
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test('lets a client of the same CA in', async () => {
    const client = await issueCertificate(authority, clientRequest);
    expect(await ask(port, authority, client)).toBe('alice');
  });

  test('refuses a client without a certificate', async () => {
    await expect(ask(port, authority)).rejects.toThrow();
  });

  test('refuses a client of another CA, even one of the same name', async () => {
    const other = await createAuthority('demo CA');
    const client = await issueCertificate(other, clientRequest);
    await expect(ask(port, authority, client)).rejects.toThrow();
  });

  test('refuses a server certificate as client', async () => {
    const client = await issueCertificate(authority, serverRequest);
    await expect(ask(port, authority, client)).rejects.toThrow();
  });

  test('is refused by a client that trusts another CA', async () => {
    const other = await createAuthority('other CA');
    const client = await issueCertificate(authority, clientRequest);
    await expect(ask(port, other, client)).rejects.toThrow(/unable to|self-signed/);
  });

  test('is refused by a client that wanted another host', async () => {
    const client = await issueCertificate(authority, clientRequest);
    await expect(ask(port, authority, client, 'localhost')).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });
});
