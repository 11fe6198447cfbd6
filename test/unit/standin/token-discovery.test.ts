import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAuthority, issueCertificate, type KeyPair } from '../../../src/pki/index.ts';
import { createDiscovery } from '../../standin/discovery/discovery.ts';
import { readRoots } from '../../standin/discovery/roots.ts';
import { settings, soon, watch } from './watching.ts';

let folder: string;
let authority: KeyPair;
let server: https.Server;
let token: string;
let url: string;
let asked: { method: string; url: string; type: string | undefined; body: string }[];
let answer: { status: number; text: string };

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'swarmctl-token-'));
  authority = await createAuthority('tests');
  await writeFile(path.join(folder, 'ca.pem'), authority.certificate);
  const { certificate: cert, privateKey: key } = await issueCertificate(authority, {
    commonName: 'tokens',
    usages: ['server'],
    names: ['127.0.0.1'],
  });
  server = https.createServer({ cert, key }, (request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { method = '', url: target = '', headers } = request;
      // The last question of the test before may come late.
      if (target.includes(token)) {
        asked.push({ method, url: target, type: headers['content-type'], body });
      }
      response.writeHead(answer.status).end(answer.text);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(() => {
  token = randomBytes(16).toString('hex');
  url = `token://127.0.0.1:${(server.address() as AddressInfo).port}/v1/${token}`;
  asked = [];
  answer = { status: 200, text: '[]' };
  vi.stubEnv('SSL_CERT_FILE', path.join(folder, 'ca.pem'));
});
afterEach(() => vi.unstubAllEnvs());

describe('the stand-in with a token', () => {
  it('registers the bare address with its TTL in seconds', async () => {
    await createDiscovery(url, settings).register('10.0.0.1:2376');
    expect(asked).toEqual([
      {
        method: 'POST',
        url: `/v1/clusters/${token}?ttl=60`,
        type: 'application/json',
        body: '10.0.0.1:2376',
      },
    ]);
  });

  it('does not see that a registration was refused', async () => {
    answer = { status: 500, text: 'broken' };
    await createDiscovery(url, settings).register('10.0.0.1:2376');
    expect(asked).toHaveLength(1);
  });

  it('asks for the list at every heartbeat', async () => {
    answer.text = '["10.0.0.1:2376"]';
    const heard = watch(url);
    await soon(() => heard.entries).toEqual(['10.0.0.1:2376']);
    answer.text = '["10.0.0.1:2376","10.0.0.2:2376"]';
    await soon(() => heard.entries).toEqual(['10.0.0.1:2376', '10.0.0.2:2376']);
    answer.text = '[]';
    await soon(() => heard.entries).toEqual([]);
    expect(asked[0]).toMatchObject({ method: 'GET', url: `/v1/clusters/${token}` });
    expect(heard.errors).toEqual([]);
  });

  it.each([
    [404, 'no such token', /^Failed to fetch entries, Discovery service returned 404 HTTP/],
    [204, '', /^Failed to fetch entries, Discovery service returned 204 HTTP status code$/],
    [200, 'surely not JSON', /^Failed to decode response: /],
    [200, '{"nodes":[]}', /^Failed to decode response: /],
    [200, '[1]', /^Failed to decode response: /],
    [200, '["bare"]', /^address bare: missing port in address$/],
  ])('keeps the last list when the answer is %i %s', async (status, text, message) => {
    answer.text = '["10.0.0.1:2376"]';
    const heard = watch(url);
    await soon(() => heard.entries).toEqual(['10.0.0.1:2376']);
    answer = { status, text };
    await soon(() => heard.errors.at(-1)).toMatch(message);
    expect(heard.entries).toEqual(['10.0.0.1:2376']);
    answer = { status: 200, text: '["10.0.0.2:2376"]' };
    await soon(() => heard.entries).toEqual(['10.0.0.2:2376']);
  });

  it('trusts no CA that it was not told of', async () => {
    vi.stubEnv('SSL_CERT_FILE', '');
    const discovery = createDiscovery(url, settings);
    const address = url.replace('token:', 'https:').replace('/v1/', '/v1/clusters/');
    await expect(discovery.register('10.0.0.1:2376')).rejects.toThrow(
      `Post ${address}?ttl=60: x509: certificate signed by unknown authority`,
    );
    const heard = watch(url, discovery);
    await soon(() => heard.errors[0]).toBe(
      `Get ${address}: x509: certificate signed by unknown authority`,
    );
    expect(asked).toEqual([]);
  });

  it('speaks https whatever the port does, and says when nobody listens', async () => {
    const plain = http.createServer((_, response) => response.end('[]'));
    plain.listen(0, '127.0.0.1');
    await once(plain, 'listening');
    const { port } = plain.address() as AddressInfo;
    const discovery = createDiscovery(`token://127.0.0.1:${port}/cafe`, settings);
    await expect(discovery.register('a:1')).rejects.toThrow(
      `Post https://127.0.0.1:${port}/clusters/cafe?ttl=60: http: server gave HTTP response to HTTPS client`,
    );
    plain.close();
    await once(plain, 'close');
    await expect(discovery.register('a:1')).rejects.toThrow(
      `dial tcp 127.0.0.1:${port}: connection refused`,
    );
  });

  it('needs a token', () => {
    expect(() => createDiscovery('token://127.0.0.1:1/v1/', settings)).toThrow('token is empty');
  });
});

describe('readRoots', () => {
  it('reads the bundle of the image and SSL_CERT_FILE, as far as they are there', async () => {
    const [bundle, own] = [path.join(folder, 'bundle.pem'), path.join(folder, 'own.pem')];
    await writeFile(bundle, 'of the image');
    await writeFile(own, 'of the person');
    expect(readRoots({ SSL_CERT_FILE: own }, bundle)).toEqual(['of the image', 'of the person']);
    expect(readRoots({}, bundle)).toEqual(['of the image']);
    expect(readRoots({ SSL_CERT_FILE: own }, `${bundle}.none`)).toEqual(['of the person']);
    expect(readRoots({ SSL_CERT_FILE: `${own}.none` }, `${bundle}.none`)).toEqual([]);
  });
});
