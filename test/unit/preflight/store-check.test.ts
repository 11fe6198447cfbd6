import { describe, expect, it } from 'vitest';
import type { Discovery, ExistingStore } from '../../../src/discovery/discovery.ts';
import { discoveryOf } from '../../../src/discovery/index.ts';
import type { Surroundings } from '../../../src/preflight/check.ts';
import { store } from '../../../src/preflight/store-check.ts';
import { calm, specOf, type SpecChanges } from '../support/cluster.ts';
import { fakeEngine, type Routes } from '../support/fake-engine.ts';
import { saying } from '../support/throwaway.ts';
import { closedPort, at, httpServer } from '../stores/support.ts';

interface Case {
  readonly discovery?: string;
  readonly spec?: SpecChanges;
  readonly routes?: Routes;
  /** What the store says when it is asked. */
  readonly probe?: ExistingStore['probe'];
  /** Where it says that it goes on; nowhere else when left out. */
  readonly members?: NonNullable<ExistingStore['members']>;
  readonly signal?: AbortSignal;
}

const fine = () => Promise.resolve([]);

/** What is found, without the word of caution about plain text. */
async function findings({ discovery = 'etcd://10.0.0.5:2379,10.0.0.6:2379/team', ...more }: Case) {
  const { routes = {}, probe, signal = calm } = more;
  const spec = specOf({ ...more.spec, discovery });
  const outer = await fakeEngine(routes);
  const found = discoveryOf(spec);
  const members = more.members ?? (() => Promise.resolve([]));
  const asked: Discovery =
    probe && found.existing ? { ...found, existing: { ...found.existing, probe, members } } : found;
  const surroundings = { spec, discovery: asked, outer: outer.engine, signal } as Surroundings;
  const all = await store.run(surroundings);
  return { all, errors: all.filter(({ level }) => level === 'error'), paths: outer.paths() };
}

describe('the check of the store', () => {
  it.each(['etcd', 'token', 'nodes', 'file'])('has nothing to ask with %s', async (discovery) => {
    expect(await findings({ discovery })).toEqual({ all: [], errors: [], paths: [] });
  });

  it.each(['zk', 'zk://10.0.0.5:2181', 'etcd://10.0.0.5:2379', 'consul://10.0.0.5:8500'])(
    'warns of %s that anybody may write to',
    async (discovery) => {
      const { all } = await findings({ discovery, probe: fine });
      expect(all.every(({ level }) => level === 'warning')).toBe(true);
      expect(all[0]?.problem).toContain('without TLS');
    },
  );

  it('finds nothing when the store will do and hosts reach it', async () => {
    const routes = saying('reached 10.0.0.5 2379\nreached 10.0.0.6 2379\n');
    const tls = { ca: 'CA', cert: 'CERT', key: 'KEY' };
    const { all } = await findings({ probe: fine, routes, spec: { discoveryTls: tls } });
    expect(all).toEqual([]);
  });

  it('asks the store with what the person gave, at all of its addresses', async () => {
    const tls = { ca: 'CA', cert: 'CERT', key: 'KEY' };
    const seen: unknown[] = [];
    const probe: ExistingStore['probe'] = (endpoint, { spec }) => {
      seen.push(endpoint, spec.name);
      return fine();
    };
    await findings({ probe, spec: { name: 'mine', discoveryTls: tls } });
    expect(seen).toEqual([
      {
        addresses: [
          { host: '10.0.0.5', port: 2379 },
          { host: '10.0.0.6', port: 2379 },
        ],
        tls,
      },
      'mine',
    ]);
  });

  it('has an error for each reason why it will not do', async () => {
    const { errors } = await findings({
      probe: () => Promise.resolve(['it is old', 'it is full']),
    });
    expect(errors.map(({ problem }) => problem)).toEqual([
      expect.stringMatching(/^etcd.*: it is old$/),
      expect.stringMatching(/^etcd.*: it is full$/),
    ]);
    for (const { fix } of errors) expect(fix).toContain('--discovery');
  });

  it('has an error when it does not answer', async () => {
    const port = await closedPort();
    const { errors } = await findings({ discovery: `consul://127.0.0.1:${port}` });
    expect(errors.map(({ problem }) => problem)).toEqual([
      expect.stringMatching(
        `^consul.*127\\.0\\.0\\.1:${port}: connection refused: nothing listens there$`,
      ),
    ]);
  });

  it('asks a real store in its own words', async () => {
    const { port, seen } = await httpServer(() => ({ json: { hello: 'world' } }));
    const { errors } = await findings({ discovery: `etcd://127.0.0.1:${port}/team` });
    expect(errors[0]?.problem).toContain('is not etcd');
    expect(seen.join()).toContain('/v2/keys/team/demo/');
    expect(at(port).addresses).toHaveLength(1);
  });

  it('has an error when no host reaches it, whoever else does', async () => {
    const { errors } = await findings({ probe: fine, routes: saying('') });
    expect(errors).toHaveLength(1);
    expect(errors[0]?.problem).toMatch(
      /hosts cannot reach etcd at 10\.0\.0\.5:2379, 10\.0\.0\.6:2379: .* unix:\/\//,
    );
  });

  it('does not mind one of several addresses that hosts do not reach', async () => {
    const routes = saying('reached 10.0.0.6 2379\n');
    expect((await findings({ probe: fine, routes })).errors).toEqual([]);
  });

  it('has an error when hosts do not reach where the store goes on', async () => {
    const routes = saying('reached 10.0.0.5 2379\nreached 10.0.0.6 2379\n');
    const members = () => Promise.resolve([{ host: '10.0.0.7', port: 2379 }]);
    const { errors } = await findings({ probe: fine, routes, members });
    expect(errors.map(({ problem }) => problem)).toEqual([
      expect.stringContaining('cannot reach etcd at 10.0.0.7:2379'),
    ]);
  });

  it('tells both at once', async () => {
    const { errors } = await findings({
      probe: () => Promise.reject(new Error('out to lunch')),
      routes: saying(''),
    });
    expect(errors).toHaveLength(2);
    expect(errors[0]?.problem).toContain('out to lunch');
  });

  it('warns when no container can be made to look', async () => {
    const broken: Routes = {
      ...saying(''),
      'POST /containers/create': { status: 500, json: { message: 'no space left' } },
    };
    // Without the image, too: nothing is pulled for a look.
    for (const routes of [broken, {}]) {
      const { all, errors, paths } = await findings({ probe: fine, routes });
      expect(errors).toEqual([]);
      expect(all.map(({ problem }) => problem).join()).toContain('could not be tried beforehand');
      expect(paths.join()).not.toContain('/images/create');
    }
  });

  it('ends with the reason when everything is called off', async () => {
    const controller = new AbortController();
    const reason = new Error('interrupted');
    const probe = () => {
      controller.abort(reason);
      return Promise.reject(new Error('socket hang up'));
    };
    await expect(findings({ probe, signal: controller.signal })).rejects.toBe(reason);
  });
});
