import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readArchive } from '../../../src/images/archive.ts';
import { calm } from '../support/cluster.ts';
import { fakeEngine, type Routes } from '../support/fake-engine.ts';
import { supplyWith } from '../support/image-supply.ts';
import { savedImages } from '../support/image-archive.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const present = { json: { Id: 'sha256:1' } };
const loads = { 'POST /images/load': { body: '{"stream":"Loaded"}\n' } };

/** A supply whose outer engine answers so. */
async function supplyOf(routes: Routes, archives: readonly string[] = []) {
  const outer = await fakeEngine(routes);
  const read = await Promise.all(archives.map(readArchive));
  const scratch = await temporaryFolder();
  return { outer, scratch, supply: supplyWith({ outer: outer.engine, archives: read, scratch }) };
}

/** What was asked for besides whether images are there. */
const changes = (paths: string[]) => paths.filter((path) => !path.endsWith('/json'));

describe('where an image comes from', () => {
  it('is the archive first, then the engine, then nowhere without a registry', async () => {
    const { supply, outer } = await supplyOf({ 'GET /images/etcd:3/json': present }, [
      await savedImages('swarm:1.2.9'),
    ]);
    expect(await supply.localSource('docker.io/library/swarm:1.2.9', calm)).toBe('archive');
    expect(outer.requests).toEqual([]);
    expect(await supply.localSource('etcd:3', calm)).toBe('engine');
    expect(await supply.localSource('docker:dind', calm)).toBeUndefined();
  });

  it('extras are what the archives hold besides the images of the cluster, once', async () => {
    const { supply } = await supplyOf({}, [
      await savedImages('swarm:1.2.9', 'app:1'),
      await savedImages('app:1', 'db:2', 'etcd:latest'),
    ]);
    expect(supply.extras(['docker.io/library/swarm:1.2.9', 'etcd'])).toEqual(['app:1', 'db:2']);
  });
});

describe('an image for the outer engine', () => {
  it('is neither pulled nor loaded when it is there', async () => {
    const file = await savedImages('swarm:1.2.9');
    const { supply, outer } = await supplyOf({ 'GET /images/swarm:1.2.9/json': present }, [file]);
    await supply.bringToOuter('swarm:1.2.9', calm);
    expect(outer.paths()).toEqual(['GET /images/swarm:1.2.9/json']);
  });

  it('is loaded from an archive that has it, whole', async () => {
    const file = await savedImages('swarm:1.2.9');
    const { supply, outer } = await supplyOf(loads, [file]);
    await supply.bringToOuter('swarm:1.2.9', calm);
    expect(changes(outer.paths())).toEqual(['POST /images/load']);
    expect(outer.requests.at(-1)?.body).toEqual(await readFile(file));
  });

  it('is pulled otherwise, by its one tag', async () => {
    const { supply, outer } = await supplyOf({
      'POST /images/create': { body: '{"status":"ok"}\n' },
    });
    await supply.bringToOuter('quay.io/coreos/etcd:v3.5.21', calm);
    expect(changes(outer.paths())).toEqual(['POST /images/create']);
    expect(Object.fromEntries(outer.requests.at(-1)?.query ?? [])).toMatchObject({
      fromImage: 'quay.io/coreos/etcd',
      tag: 'v3.5.21',
    });
  });
});

describe('images for the engines of hosts', () => {
  it('are not touched when they are there', async () => {
    const { supply, outer } = await supplyOf({});
    const host = await fakeEngine({ 'GET /images/swarm:1.2.9/json': present });
    expect(await supply.missing(host.engine, ['swarm:1.2.9', 'app:1'], calm)).toEqual(['app:1']);
    await supply.bringTo(host.engine, ['swarm:1.2.9'], calm);
    expect(changes(host.paths())).toEqual([]);
    expect(outer.requests).toEqual([]);
    await supply.dispose();
  });

  it('come from an archive when that has them, read once for all of its images', async () => {
    const file = await savedImages('swarm:1.2.9', 'app:1');
    const { supply, outer } = await supplyOf({}, [file]);
    const host = await fakeEngine(loads);
    await supply.bringTo(host.engine, ['swarm:1.2.9', 'app:1'], calm);
    expect(changes(host.paths())).toEqual(['POST /images/load']);
    expect(outer.requests).toEqual([]);
  });

  it('are saved by the outer engine once for many hosts, and pulled once before', async () => {
    let pulled = false;
    const { supply, outer } = await supplyOf({
      'GET /images/swarm:1.2.9/json': () =>
        pulled ? present : { status: 404, json: { message: 'no such image' } },
      'POST /images/create': () => {
        pulled = true;
        return { body: '{"status":"ok"}\n' };
      },
      'GET /images/swarm:1.2.9/get': { body: 'the saved image' },
    });
    const hosts = await Promise.all(Array.from({ length: 4 }, () => fakeEngine(loads)));
    supply.prefetch(['swarm:1.2.9']);
    await Promise.all(hosts.map(({ engine }) => supply.bringTo(engine, ['swarm:1.2.9'], calm)));
    expect(changes(outer.paths())).toEqual(['POST /images/create', 'GET /images/swarm:1.2.9/get']);
    for (const host of hosts) {
      expect(host.requests.at(-1)?.body.toString()).toBe('the saved image');
    }
    await supply.dispose();
  });

  it('are saved for their owner only, and leave no file behind', async () => {
    const { supply, scratch } = await supplyOf({
      'GET /images/swarm:1.2.9/json': present,
      'GET /images/swarm:1.2.9/get': { body: 'x' },
    });
    const host = await fakeEngine(loads);
    await supply.bringTo(host.engine, ['swarm:1.2.9'], calm);
    const [folder = ''] = await readdir(scratch);
    const [file = ''] = await readdir(path.join(scratch, folder));
    expect((await stat(path.join(scratch, folder, file))).mode & 0o777).toBe(0o600);
    await supply.dispose();
    expect(await readdir(scratch)).toEqual([]);
  });

  it('that cannot be had fail with the reason, and a prefetch of them does not', async () => {
    const { supply } = await supplyOf({
      'POST /images/create': { body: '{"error":"manifest unknown"}\n' },
    });
    const host = await fakeEngine(loads);
    supply.prefetch(['swarm:1.2.9']);
    await expect(supply.bringTo(host.engine, ['swarm:1.2.9'], calm)).rejects.toThrow(
      'manifest unknown',
    );
    expect(changes(host.paths())).toEqual([]);
    await supply.dispose();
  });
});
