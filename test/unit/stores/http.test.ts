import http from 'node:http';
import https from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { discoveryOf } from '../../../src/discovery/index.ts';
import type { StoreEndpoint } from '../../../src/stores/address.ts';
import { askEtcd, deleteFromEtcd } from '../../../src/stores/etcd.ts';
import { atAny, clientOf } from '../../../src/stores/http.ts';
import { deleteToken, listRegistered } from '../../../src/stores/token.ts';
import { calm, recordOf, TOKEN } from '../support/cluster.ts';
import { makeCertificates, type Certificates } from '../support/tls-server.ts';
import { at, closedPort } from './support.ts';

let certificates: Certificates;
beforeAll(async () => {
  certificates = await makeCertificates();
});

/** A server that answers `[]` to everything, and the connections that were made to it. */
async function counting(over: 'http' | 'https') {
  const answer: http.RequestListener = (request, response) => {
    requests += 1;
    request.resume();
    response.end('[]');
  };
  let requests = 0;
  let connections = 0;
  const { certificate: cert, privateKey: key } = certificates.server;
  const server =
    over === 'http' ? http.createServer(answer) : https.createServer({ cert, key }, answer);
  server.on('connection', () => (connections += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { server, port, requests: () => requests, connections: () => connections };
}

const ask = (store: StoreEndpoint) =>
  atAny(store, calm, async (client, limit) => (await client.ask('/', limit)).status);

describe('the connections to a store', () => {
  it('are one for all questions to one endpoint, asked one after another', async () => {
    const { port, requests, connections } = await counting('http');
    const store = at(port);
    for (let count = 0; count < 5; count++) expect(await ask(store)).toBe(200);
    expect(requests()).toBe(5);
    expect(connections()).toBe(1);
  });

  it('are one over TLS as well, whichever of its functions asks', async () => {
    const { port, requests, connections } = await counting('https');
    const service = { ...at(port), tls: { ca: certificates.authority.certificate } };
    for (let count = 0; count < 3; count++) {
      expect(await listRegistered(service, 'v1', TOKEN, calm)).toEqual([]);
    }
    await deleteToken(service, 'v1', TOKEN, calm);
    expect(requests()).toBe(4);
    expect(connections()).toBe(1);
  });

  it('are used again by those that are asked at the same time', async () => {
    const { port, connections } = await counting('http');
    const store = at(port);
    // This asks three questions at once; it takes `[]` for no etcd.
    for (let count = 0; count < 3; count++) {
      await expect(askEtcd(store, 'demo', calm)).rejects.toThrow('is not etcd');
    }
    await deleteFromEtcd(store, 'demo', calm);
    expect(connections()).toBe(3);
  });

  it('are not those of another endpoint, though it is the same server', async () => {
    const { port, connections } = await counting('http');
    const [one, other] = [at(port), at(port)];
    await ask(one);
    await ask(other);
    await ask(one);
    expect(connections()).toBe(2);
    const [address] = one.addresses;
    if (!address) throw new Error('no address');
    expect(clientOf(one, address)).toBe(clientOf(one, { ...address }));
    expect(clientOf(one, address)).not.toBe(clientOf(other, address));
  });

  it('are made anew when the server has ended them', async () => {
    const { server, port, connections } = await counting('http');
    const store = at(port);
    await ask(store);
    const ended = new Promise((resolve) => setTimeout(resolve, 50));
    server.closeAllConnections();
    await ended;
    expect(await ask(store)).toBe(200);
    expect(connections()).toBe(2);
  });

  it('are kept per server where there are several', async () => {
    const { port, connections } = await counting('http');
    const store = at(await closedPort(), port);
    for (let count = 0; count < 3; count++) expect(await ask(store)).toBe(200);
    expect(connections()).toBe(1);
  });

  it('are used again by everything that is asked for a cluster', async () => {
    const { port, connections } = await counting('https');
    const ca = certificates.authority.certificate;
    const discoveryTls = { ca, cert: null, key: null };
    const record = recordOf({ discovery: `token://127.0.0.1:${port}/v1`, discoveryTls });
    const discovery = discoveryOf(record.spec);
    const endpoint = { ...at(port), tls: { ca } };
    const access = {
      endpoint: () => Promise.resolve(endpoint),
      masterFiles: () => Promise.reject(new Error('asked for files')),
    };
    for (let count = 0; count < 3; count++) await discovery.ask(access, record, calm);
    await discovery.existing?.probe(endpoint, record, calm);
    await discovery.existing?.forget(endpoint, record, calm);
    expect(connections()).toBe(1);
  });
});
