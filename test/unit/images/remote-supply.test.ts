import { describe, expect, it, onTestFinished } from 'vitest';
import { readArchive } from '../../../src/images/archive.ts';
import { SwarmctlError } from '../../../src/errors.ts';
import { RUNTIME_IMAGE } from '../../../src/images/runtime.ts';
import type { SupplyOptions } from '../../../src/images/supply.ts';
import { fakeEngine, type Routes } from '../support/fake-engine.ts';
import { savedImages } from '../support/image-archive.ts';
import { supplyWith } from '../support/image-supply.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { calm } from '../support/cluster.ts';

const IMAGE = 'r.example/app:1';
const pulls = { pulls: true };
const pulled = { 'POST /images/create': { body: '{"status":"ok"}\n' } };
const refused = { 'POST /images/create': { body: '{"error":"manifest unknown"}\n' } };
const loads = { 'POST /images/load': { body: '{"stream":"Loaded"}\n' } };
const kernel = (Architecture: string) => ({ 'GET /info': { json: { Architecture } } });

/** An engine with a copy of the image. */
const copy = (Architecture = 'amd64'): Routes => ({
  [`GET /images/${IMAGE}/json`]: { json: { Id: 'sha256:1', Architecture } },
  [`GET /images/${IMAGE}/get`]: { body: 'the saved image' },
});

async function supplyOf(options: Partial<SupplyOptions>) {
  const supply = supplyWith({ scratch: await temporaryFolder(), ...options });
  onTestFinished(() => supply.dispose());
  return supply;
}

const changes = (paths: string[]) => paths.filter((path) => !/\/(json|info)$/.test(path));

async function failureOf(work: Promise<unknown>): Promise<SwarmctlError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SwarmctlError);
  return error as SwarmctlError;
}

describe('an image for a host that pulls itself', () => {
  it('is pulled there, with credentials that are looked up once per registry', async () => {
    const asked: string[] = [];
    const supply = await supplyOf({
      auth: (image) => {
        asked.push(image);
        return Promise.resolve('secret');
      },
    });
    const hosts = await Promise.all([fakeEngine(pulled), fakeEngine(pulled)]);
    const images = [IMAGE, 'r.example/other:2'];
    for (const { engine } of hosts) {
      expect(await supply.bringTo(engine, images, calm, pulls)).toEqual(images);
    }
    expect(asked).toEqual([IMAGE]);
    for (const { requests } of hosts) {
      const sent = requests.filter(({ method }) => method === 'POST');
      expect(sent.map(({ headers }) => headers['x-registry-auth'])).toEqual(['secret', 'secret']);
    }
  });

  it('comes from an archive when that has it, and what came along is told', async () => {
    const archive = await readArchive(await savedImages('swarm:1.2.9', 'app:1', 'old:1'));
    const supply = await supplyOf({ archives: [archive] });
    const host = await fakeEngine({
      ...loads,
      'GET /images/old:1/json': { json: { Id: 'sha256:1' } },
    });
    const wanted = ['docker.io/library/swarm:1.2.9'];
    expect(await supply.bringTo(host.engine, wanted, calm, pulls)).toEqual([...wanted, 'app:1']);
    expect(changes(host.paths())).toEqual(['POST /images/load']);
  });

  it("made of this machine's Node is not looked for elsewhere", async () => {
    const supply = await supplyOf({});
    const host = await fakeEngine(loads);
    expect(await supply.bringTo(host.engine, [RUNTIME_IMAGE], calm, pulls)).toEqual([
      RUNTIME_IMAGE,
    ]);
    expect(changes(host.paths())).toEqual(['POST /images/load']);
  });

  it.each(['outer', 'here'] as const)(
    'is copied from the engine %s when that fails',
    async (of) => {
      const near = await fakeEngine(copy());
      const supply = await supplyOf(
        of === 'outer' ? { outer: near.engine } : { here: () => Promise.resolve(near.engine) },
      );
      const host = await fakeEngine({ ...refused, ...loads, ...kernel('x86_64') });
      expect(await supply.bringTo(host.engine, [IMAGE], calm, pulls)).toEqual([IMAGE]);
      expect(changes(host.paths())).toEqual(['POST /images/create', 'POST /images/load']);
      expect(host.requests.at(-1)?.body.toString()).toBe('the saved image');
      expect(changes(near.paths())).toEqual([`GET /images/${IMAGE}/get`]);
    },
  );

  it('is not copied when the copy is for another architecture', async () => {
    const near = await fakeEngine(copy('arm64'));
    const supply = await supplyOf({ outer: near.engine });
    const host = await fakeEngine({ ...refused, ...loads, ...kernel('x86_64') });
    expect((await failureOf(supply.bringTo(host.engine, [IMAGE], calm, pulls))).message).toBe(
      `image ${IMAGE} cannot be had: pulling it failed: manifest unknown; the copy on this machine is for arm64, not for x86_64`,
    );
    expect(changes(host.paths())).toEqual(['POST /images/create']);
  });

  it('fails with every reason of every image, and with what to try', async () => {
    const near = await fakeEngine({
      'GET /images/app:1/json': { status: 500, json: { message: 'disk' } },
    });
    const supply = await supplyOf({
      outer: near.engine,
      auth: () => Promise.reject(new Error('the helper is locked')),
    });
    const host = await fakeEngine(refused);
    const error = await failureOf(supply.bringTo(host.engine, [IMAGE, 'app:1'], calm, pulls));
    expect(error.message).toBe(
      `image ${IMAGE} cannot be had: pulling it failed: manifest unknown; the helper is locked; this machine has no copy of it; ` +
        'image app:1 cannot be had: pulling it failed: manifest unknown; the helper is locked; copying it from this machine failed: disk',
    );
    expect(error.suggestions.join('\n')).toMatch(/^docker login r\.example,[^]*--image-archive/);
  });

  it('is given up with the reason of the signal', async () => {
    const supply = await supplyOf({});
    const host = await fakeEngine({ 'POST /images/create': 'hang' });
    const controller = new AbortController();
    const reason = new Error('interrupted');
    setTimeout(() => controller.abort(reason), 50);
    await expect(supply.bringTo(host.engine, [IMAGE], controller.signal, pulls)).rejects.toBe(
      reason,
    );
  });
});

describe('without an engine near', () => {
  it('only archives are local sources', async () => {
    const archive = await readArchive(await savedImages('swarm:1.2.9'));
    const supply = await supplyOf({ archives: [archive] });
    expect(await supply.localSource('swarm:1.2.9', calm)).toBe('archive');
    expect(await supply.localSource(IMAGE, calm)).toBeUndefined();
    await expect(supply.bringToOuter(IMAGE, calm)).rejects.toThrow('no engine on this machine');
  });
});

describe('an image that the outer engine pulls', () => {
  it('is pulled with credentials, and without them where they cannot be read', async () => {
    const outer = await fakeEngine(pulled);
    await (
      await supplyOf({ outer: outer.engine, auth: () => Promise.resolve('secret') })
    ).bringToOuter(IMAGE, calm);
    const unreadable = () => Promise.reject(new Error('the helper is locked'));
    await (await supplyOf({ outer: outer.engine, auth: unreadable })).bringToOuter(IMAGE, calm);
    const sent = outer.requests.filter(({ method }) => method === 'POST');
    expect(sent.map(({ headers }) => headers['x-registry-auth'])).toEqual(['secret', undefined]);
    const failing = await fakeEngine(refused);
    const supply = await supplyOf({ outer: failing.engine, auth: unreadable });
    await expect(supply.bringToOuter(IMAGE, calm)).rejects.toThrow(
      'manifest unknown (the helper is locked)',
    );
  });
});
