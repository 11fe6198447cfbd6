import { describe, expect, it } from 'vitest';
import { readArchive } from '../../../src/images/archive.ts';
import { missingImages } from '../../../src/images/missing-images.ts';
import { RUNTIME_IMAGE } from '../../../src/images/runtime.ts';
import type { SupplyOptions } from '../../../src/images/supply.ts';
import { calm } from '../support/cluster.ts';
import { fakeEngine, type Routes } from '../support/fake-engine.ts';
import { savedImages } from '../support/image-archive.ts';
import { supplyWith } from '../support/image-supply.ts';

const IMAGE = 'r.example/app:1';
const PRESENT = { json: { Id: 'sha256:1', Architecture: 'amd64' } };

interface Case {
  readonly image?: string;
  readonly routes?: Routes;
  readonly supply?: Partial<SupplyOptions>;
  readonly unsettled?: boolean;
}

/** What is said of one image on one host; undefined when nothing. */
async function said({ image = IMAGE, routes = {}, supply = {}, unsettled = false }: Case) {
  const { engine } = await fakeEngine({
    'GET /info': { json: { OSType: 'linux', Architecture: 'x86_64' } },
    ...routes,
  });
  const engines = [{ name: 'etcd-1', engine, unsettled }];
  const [finding] = await missingImages(supplyWith(supply), engines, [image], calm);
  if (finding) expect(finding).toMatchObject({ host: 'etcd-1', image });
  return finding;
}

const answer = (status: number, message: string, image = IMAGE): Routes => ({
  [`GET /distribution/${image}/json`]: { status, json: { message } },
});

describe('nothing is said of an image', () => {
  it('that is present, for which nobody is asked', async () => {
    const routes = { [`GET /images/${IMAGE}/json`]: PRESENT };
    expect(await said({ routes })).toBeUndefined();
  });

  it('that is in an archive', async () => {
    const archives = [await readArchive(await savedImages('app:1'))];
    expect(await said({ image: 'docker.io/app:1', supply: { archives } })).toBeUndefined();
  });

  it('that its registry has', async () => {
    const routes = { [`GET /distribution/${IMAGE}/json`]: { json: { Descriptor: {} } } };
    expect(await said({ routes })).toBeUndefined();
  });

  it('that only this machine has', async () => {
    const near = await fakeEngine({ [`GET /images/${IMAGE}/json`]: PRESENT });
    const supply = { here: () => Promise.resolve(near.engine) };
    expect(await said({ routes: answer(404, 'manifest unknown'), supply })).toBeUndefined();
  });

  it('of which the engine cannot say anything', async () => {
    expect(await said({ routes: answer(404, 'page not found') })).toBeUndefined();
    expect(await said({ routes: answer(500, 'not implemented') })).toBeUndefined();
    expect(await said({ routes: answer(429, 'toomanyrequests') })).toBeUndefined();
    const hub = answer(404, 'manifest unknown', 'swarm:1.2.9');
    const info = { json: { RegistryConfig: { Mirrors: ['http://m/'] }, Architecture: 'x86_64' } };
    const mirrored = { ...hub, 'GET /info': info };
    expect(await said({ image: 'swarm:1.2.9', routes: mirrored })).toBeUndefined();
    expect(await said({ image: 'swarm:1.2.9', routes: hub })).toBeDefined();
  });

  it('that may be had when the engine is set up', async () => {
    const routes = answer(500, 'server gave HTTP response to HTTPS client');
    expect(await said({ routes, unsettled: true })).toBeUndefined();
    expect(await said({ routes })).toBeDefined();
  });
});

describe('it is said of an image that', () => {
  it.each([
    [404, 'manifest unknown: manifest unknown'],
    [401, 'unauthorized'],
    [403, 'requested access to the resource is forbidden'],
    [500, 'Get "https://r.example/v2/app/manifests/1": no basic auth credentials'],
    [500, 'errors:\ndenied: requested access to the resource is denied'],
    [500, 'Get "https://r.example/v2/": dial tcp: lookup r.example: no such host'],
    [500, 'x509: certificate signed by unknown authority'],
  ])('its registry says %s %s', async (status, message) => {
    const finding = await said({ routes: answer(status, message) });
    expect(finding?.problem).toBe(
      `image ${IMAGE}: the engine of etcd-1 cannot get it from r.example: ${message}; this machine has no copy of it`,
    );
    expect(finding?.fix).toMatch(/^docker login r\.example, .*; or docker pull .*--image-archive/);
  });

  it('is named by a digest, which a copy would lose', async () => {
    const image = 'r.example/app@sha256:1';
    const near = await fakeEngine({ [`GET /images/${image}/json`]: PRESENT });
    const routes = answer(404, 'manifest unknown', image);
    const finding = await said({ image, routes, supply: { outer: near.engine } });
    expect(finding?.problem).toMatch(/manifest unknown; a copy of it would not keep its digest$/);
  });

  it('credentials cannot be read for', async () => {
    const auth = () => Promise.reject(new Error('the helper is locked'));
    const finding = await said({ routes: answer(401, 'unauthorized'), supply: { auth } });
    expect(finding?.problem).toContain('unauthorized; the helper is locked; this machine');
  });

  it("is made of this machine's Node and would not run", async () => {
    const info = { json: { OSType: 'linux', Architecture: 's390x' } };
    const finding = await said({ image: RUNTIME_IMAGE, routes: { 'GET /info': info } });
    expect(finding?.problem).toContain('which etcd-1 cannot run');
  });

  it('the engine fails to look for it, and of the others all the same', async () => {
    const broken = await fakeEngine({
      [`GET /images/${IMAGE}/json`]: { status: 500, json: { message: 'disk' } },
    });
    const other = await fakeEngine(answer(401, 'unauthorized'));
    const engines = [broken, other].map(({ engine }, index) => ({ name: `h${index}`, engine }));
    const found = await missingImages(supplyWith({}), engines, [IMAGE], calm);
    expect(found.map(({ host, problem }) => [host, problem])).toEqual([
      ['h0', `image ${IMAGE} could not be looked for: disk`],
      ['h1', expect.stringContaining('unauthorized')],
    ]);
  });
});
