import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { layOutCluster } from '../../../src/actions/lay-out-cluster.ts';
import type { ClusterSpec } from '../../../src/cluster/spec.ts';
import { specOf, TOKEN, type SpecChanges } from '../support/cluster.ts';
import type { Routes } from '../support/fake-engine.ts';
import { saying } from '../support/throwaway.ts';
import { identities, live } from '../token-service/live-service.ts';
import { machine } from './support.ts';

/** A machine on which a cluster can be laid out whose hosts reach that port. */
async function readyMachine(port: number) {
  const routes: Routes = {
    ...saying(`reached 127.0.0.1 ${port}\n`),
    'GET /info': {
      json: {
        ...{ OSType: 'linux', Architecture: 'x86_64', Driver: 'overlay2' },
        ...{ DockerRootDir: '/nonexistent/docker', SystemTime: new Date().toISOString() },
      },
    },
    [`GET /images/${specOf().images.swarm}/json`]: { json: { Id: 'sha256:2' } },
  };
  return machine(routes);
}

/** An existing token service where only those with a certificate may make and remove tokens. */
async function tokenService() {
  const service = await live({ clientCa: true, tokens: [TOKEN] });
  const { authority, client } = await identities();
  const { port } = service;
  const place = await readyMachine(port);
  const specWith = (changes: SpecChanges = {}): ClusterSpec =>
    specOf({
      discovery: `token://127.0.0.1:${port}/v1`,
      discoveryTls: {
        ca: authority.certificate,
        cert: client.certificate,
        key: client.privateKey,
      },
      ...changes,
    });
  /** Method and status of what was done to tokens. */
  const done = () =>
    service.lines.flatMap((line) => {
      const [, method, status] = / (POST|DELETE) \/v1\/clusters\S* (\d+) /.exec(line) ?? [];
      return method === undefined ? [] : [`${method} ${status ?? ''}`];
    });
  const layOut = (spec: ClusterSpec) =>
    layOutCluster(
      {
        spec,
        ssh: { keyFile: null, strict: 'accept-new' },
        reading: Promise.resolve({ archives: [], problems: [] }),
      },
      place.context,
    );
  return { ...place, service, specWith, done, layOut };
}

describe('the token of a cluster at a service that exists', () => {
  it('is made there and written down', async () => {
    const { home, service, specWith, done, layOut } = await tokenService();
    const { record, outer } = await layOut(specWith());
    outer?.close();
    expect(record.token).toMatch(/^[0-9a-f]{32}$/);
    expect((await home.cluster('demo').readRecord())?.token).toBe(record.token);
    expect(done()).toEqual(['POST 200']);
    expect((await service.ask('GET', `/v1/clusters/${record.token ?? ''}`)).status).toBe(200);
  });

  it.each([
    ['its folder is a file', ''],
    ['its record cannot be read', 'cluster.json/x'],
    ['its journal cannot be written', 'journal.ndjson/x'],
    ['what the person gave cannot be kept', 'discovery/key.pem/x'],
  ])('is deleted again when %s', async (_, obstacle) => {
    const { home, service, specWith, done, layOut } = await tokenService();
    const file = path.join(home.path, 'clusters', 'demo', obstacle);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, '');
    await expect(layOut(specWith())).rejects.toThrow(/EISDIR|ENOTDIR|EEXIST/);
    expect(done()).toEqual(['POST 200', 'DELETE 204']);
    // That of somebody else is still there.
    expect((await service.ask('GET', `/v1/clusters/${TOKEN}`)).status).toBe(200);
  });

  it('is left alone then when the person gave it', async () => {
    const { home, service, specWith, done, layOut } = await tokenService();
    await mkdir(path.join(home.path, 'clusters', 'demo', 'cluster.json'), { recursive: true });
    await expect(layOut(specWith({ discoveryToken: TOKEN }))).rejects.toThrow('EISDIR');
    expect(done()).toEqual([]);
    expect((await service.ask('GET', `/v1/clusters/${TOKEN}`)).status).toBe(200);
  });

  it('says why it could not be written even when the token cannot be deleted', async () => {
    const { home, service, specWith, done, layOut } = await tokenService();
    const journal = path.join(home.path, 'clusters', 'demo', 'journal.ndjson');
    await mkdir(journal, { recursive: true });
    const failing = layOut(specWith());
    while (done().length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    await service.service.stop();
    await expect(failing).rejects.toThrow('EISDIR');
  });

  it('is not made when the service refuses, and nothing is written', async () => {
    const { home, specWith, done, layOut } = await tokenService();
    const { authority } = await identities();
    const discoveryTls = { ca: authority.certificate, cert: null, key: null };
    await expect(layOut(specWith({ discoveryTls }))).rejects.toMatchObject({
      code: 'PREFLIGHT',
      message: expect.stringContaining('making a token with status 403') as string,
      suggestions: [expect.stringContaining('--discovery-cert') as string],
    });
    expect(done()).toEqual(['POST 403']);
    expect(await home.cluster('demo').exists()).toBe(false);
  });
});
