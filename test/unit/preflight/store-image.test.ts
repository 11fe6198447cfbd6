import { describe, expect, it } from 'vitest';
import { discoveryOf } from '../../../src/discovery/index.ts';
import { readArchive } from '../../../src/images/archive.ts';
import { RUNTIME_IMAGE } from '../../../src/images/runtime.ts';
import { chooseStoreImage } from '../../../src/preflight/store-image.ts';
import { calm, specOf, type SpecChanges } from '../support/cluster.ts';
import { fakeEngine, type Routes } from '../support/fake-engine.ts';
import { supplyWith } from '../support/image-supply.ts';
import { savedImages } from '../support/image-archive.ts';

const OURS = {
  OSType: 'linux',
  Architecture: { x64: 'x86_64', arm64: 'aarch64' }[process.arch as string] ?? 'none',
};
const NODE = specOf({ discovery: 'token' }).images.store ?? '';
const MINE = 'registry.example.org/node:20.19';
const present = { json: { Id: 'sha256:1' } };

interface Case {
  readonly spec: SpecChanges;
  readonly routes?: Routes;
  readonly archives?: readonly string[];
  readonly info?: typeof OURS;
  readonly signal?: AbortSignal;
}

/** What is chosen, and whom it asked. */
async function choose({
  spec: changes,
  routes = {},
  archives = [],
  info = OURS,
  signal = calm,
}: Case) {
  const outer = await fakeEngine(routes);
  const read = await Promise.all(archives.map(readArchive));
  const spec = specOf(changes);
  const supply = supplyWith({ outer: outer.engine, archives: read, signal });
  const place = { outer: outer.engine, info, signal };
  const image = await chooseStoreImage(spec, discoveryOf(spec), supply, place);
  return { image, paths: outer.paths() };
}

describe('the image of the store', () => {
  it.each(['nodes', 'file', 'etcd://a:1', 'consul://a:1', 'token://a:1'])(
    'there is none of %s',
    async (discovery) => {
      expect(await choose({ spec: { discovery } })).toEqual({ image: null, paths: [] });
    },
  );

  it.each(['etcd', 'zk'])(
    'of %s is as it was given: nothing takes its place',
    async (discovery) => {
      const { store } = specOf({ discovery }).images;
      expect((await choose({ spec: { discovery } })).image).toBe(store);
      const mine = { discovery, images: { store: MINE } };
      expect((await choose({ spec: mine })).image).toBe(MINE);
    },
  );
});

describe('the image of the token service', () => {
  const spec = { discovery: 'token' };

  it('that the person chose is never replaced, nor looked for', async () => {
    expect(await choose({ spec: { ...spec, images: { store: MINE } } })).toEqual({
      image: MINE,
      paths: [],
    });
  });

  it('is the default when the engine has it', async () => {
    const { image, paths } = await choose({
      spec,
      routes: { [`GET /images/${NODE}/json`]: present },
    });
    expect(image).toBe(NODE);
    // No need of a way out then.
    expect(paths.join()).not.toContain('distribution');
  });

  it('is the default when an archive has it', async () => {
    const archives = [await savedImages(NODE)];
    expect((await choose({ spec, archives })).image).toBe(NODE);
  });

  it('is the default when its registry has it', async () => {
    const routes = { [`GET /distribution/${NODE}/json`]: { json: { Descriptor: {} } } };
    expect((await choose({ spec, routes })).image).toBe(NODE);
  });

  it.each([
    ['does not know it', { status: 404, json: { message: 'manifest unknown' } }],
    ['does not let us', { status: 401, json: { message: 'unauthorized' } }],
    ['cannot be reached', { status: 500, json: { message: 'dial tcp: no such host' } }],
  ])("is this machine's own Node when the registry %s", async (_, answer) => {
    const routes = { [`GET /distribution/${NODE}/json`]: answer };
    expect((await choose({ spec, routes })).image).toBe(RUNTIME_IMAGE);
  });

  it("is this machine's own Node when the registry is silent, soon", async () => {
    const started = Date.now();
    const routes = { [`GET /distribution/${NODE}/json`]: 'hang' } as const;
    expect((await choose({ spec, routes })).image).toBe(RUNTIME_IMAGE);
    expect(Date.now() - started).toBeLessThan(8000);
  });

  it.each([
    ['architecture', { ...OURS, Architecture: 's390x' }],
    ['system', { ...OURS, OSType: 'windows' }],
  ])('is the default, come what may, for an engine of another %s', async (_, info) => {
    expect(await choose({ spec, info })).toEqual({ image: NODE, paths: [] });
  });

  it('is not chosen when everything is called off', async () => {
    const controller = new AbortController();
    const reason = new Error('interrupted');
    const routes: Routes = {
      [`GET /distribution/${NODE}/json`]: () => {
        controller.abort(reason);
        return { status: 500, json: { message: 'x' } };
      },
    };
    await expect(choose({ spec, routes, signal: controller.signal })).rejects.toBe(reason);
  });
});
