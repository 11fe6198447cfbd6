import { hostNames } from '../../../src/cluster/lay-out.ts';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { EngineInfo, EngineVersion } from '../../../src/engine/engine.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { discoveryOf } from '../../../src/discovery/index.ts';
import { readArchive } from '../../../src/images/archive.ts';
import type { SupplyOptions } from '../../../src/images/supply.ts';
import type { Surroundings } from '../../../src/preflight/check.ts';
import { localChecks } from '../../../src/preflight/checks.ts';
import { freePorts } from '../../../src/preflight/choose.ts';
import { calm, specOf } from '../support/cluster.ts';
import { fakeEngine, type Routes } from '../support/fake-engine.ts';
import { supplyWith } from '../support/image-supply.ts';
import { savedImages } from '../support/image-archive.ts';

const info: EngineInfo = {
  ID: 'id',
  Name: 'machine',
  Driver: 'overlay2',
  // Nobody's folder, so that the disk of this machine does not matter.
  DockerRootDir: '/nonexistent/docker',
  SystemTime: '',
  OSType: 'linux',
  Architecture: 'x86_64',
  ServerVersion: '28.5.2',
};
const version: EngineVersion = { Version: '28.5.2', ApiVersion: '1.51' };

const present = { json: { Id: 'sha256:1' } };
const spec = specOf();
const plain: Routes = {
  'GET /containers/json': { json: [] },
  'GET /volumes': { json: { Volumes: [] } },
  'GET /networks': { json: [] },
  [`GET /images/${spec.images.node}/json`]: present,
  [`GET /images/${spec.images.swarm}/json`]: present,
  [`GET /images/${spec.images.store}/json`]: present,
};

interface Changes {
  readonly routes?: Routes;
  readonly info?: Partial<EngineInfo>;
  readonly version?: Partial<EngineVersion>;
  readonly more?: Partial<Surroundings>;
  readonly images?: Partial<SupplyOptions>;
}

/** What one check finds on a machine that is fine but for some changes. */
async function findings(name: string, changes: Changes = {}) {
  const { engine } = await fakeEngine({ ...plain, ...changes.routes });
  const check = localChecks.find((each) => each.name === name);
  expect(check, name).toBeDefined();
  return check?.run({
    spec,
    hosts: hostNames(spec),
    further: false,
    discovery: discoveryOf(spec),
    outer: engine,
    info: { ...info, SystemTime: new Date().toISOString(), ...changes.info },
    version: { ...version, ...changes.version },
    supply: supplyWith({ outer: engine, ...changes.images }),
    signal: calm,
    ...changes.more,
  });
}

const error = (problem: RegExp | string, fix: RegExp | string = /./) => [
  {
    level: 'error',
    problem: expect.stringMatching(problem) as string,
    fix: expect.stringMatching(fix) as string,
  },
];

const warning = (problem: RegExp, fix = /./) =>
  error(problem, fix).map((each) => ({ ...each, level: 'warning' }));

describe('a machine that is fine', () => {
  it.each(localChecks.map(({ name }) => name).filter((name) => name !== 'ports'))(
    'passes the check of %s',
    async (name) => {
      expect(await findings(name)).toEqual([]);
    },
  );
});

describe('engine', () => {
  it('must be on this machine', async () => {
    const outer = new Engine({ kind: 'tcp', host: '10.0.0.1', port: 2375 });
    expect(await findings('engine', { more: { outer } })).toEqual(
      error(/^the engine at tcp:\/\/10\.0\.0\.1:2375 is on another machine/, /DOCKER_HOST/),
    );
  });

  it('must run Linux containers', async () => {
    expect(await findings('engine', { info: { OSType: 'windows' } })).toEqual(
      error('the engine runs windows containers'),
    );
  });
});

describe('api', () => {
  it.each(['1.40', '1.9'])('%s is too old', async (ApiVersion) => {
    expect(await findings('api', { version: { Version: '19.03', ApiVersion } })).toEqual(
      error(`engine 19.03 speaks API ${ApiVersion}; local hosts need 1.41`, '20.10'),
    );
  });

  it.each(['1.41', '1.100', '2.0'])('%s will do', async (ApiVersion) => {
    expect(await findings('api', { version: { ApiVersion } })).toEqual([]);
  });
});

describe('storage', () => {
  it('vfs is a warning', async () => {
    expect(await findings('storage', { info: { Driver: 'vfs' } })).toEqual(
      warning(/storage driver vfs/, /overlay2/),
    );
  });
});

describe('disk', () => {
  // procfs has no room at all.
  const full = { info: { DockerRootDir: '/proc' } };

  it('must have room for every host', async () => {
    expect(await findings('disk', full)).toEqual(
      error('^/proc has 0 MiB free; 3 hosts need about 900 MiB$', /docker system df/),
    );
  });

  it('needs the more room the more nodes there are', async () => {
    const more = { hosts: hostNames({ name: 'demo', nodes: 9 }) };
    expect(await findings('disk', { ...full, more })).toEqual(
      error('10 hosts need about 2300 MiB'),
    );
  });
});

describe('images', () => {
  it('that are nowhere are each an error with the words of their registry', async () => {
    const routes: Routes = {
      [`GET /images/${spec.images.node}/json`]: { status: 404, json: { message: 'x' } },
      [`GET /images/${spec.images.store}/json`]: { status: 404, json: { message: 'x' } },
      [`GET /distribution/${spec.images.node}/json`]: {
        status: 401,
        json: { message: 'unauthorized' },
      },
    };
    const found = await findings('images', { routes });
    expect(found).toEqual([
      ...error(
        /^image docker:28\.5\.2-dind is neither .* its registry says: unauthorized$/,
        '--node-image',
      ),
      ...error(/^image quay\.io\/coreos\/etcd:v3\.5\.21 is neither/, '--etcd-image'),
    ]);
  });

  it('may be in a registry or in an archive', async () => {
    const missing = { status: 404, json: { message: 'x' } };
    const routes: Routes = {
      [`GET /images/${spec.images.swarm}/json`]: missing,
      [`GET /images/${spec.images.node}/json`]: missing,
      [`GET /distribution/${spec.images.node}/json`]: { json: { Descriptor: {} } },
    };
    const archives = [await readArchive(await savedImages('swarm:1.2.9'))];
    expect(await findings('images', { routes, images: { archives } })).toEqual([]);
  });
});

describe('name', () => {
  it('must not be that of a cluster which only the engine knows', async () => {
    const routes = { 'GET /networks': { json: [{ Id: 'n', Name: 'swarmctl-demo' }] } };
    expect(await findings('name', { routes })).toEqual(
      error(/a cluster demo .*: network swarmctl-demo$/, /^swarmctl destroy demo/),
    );
  });

  it('must not be that of a container of somebody else', async () => {
    const routes = { 'GET /containers/swarmctl-demo-m/json': present };
    expect(await findings('name', { routes })).toEqual(
      error('^container swarmctl-demo-m exists, and swarmctl did not make it$', 'another name'),
    );
  });
});

describe('ports', () => {
  it('do not care about the usual port where another one is asked for', async () => {
    const more = {
      spec: { ...spec, ports: { ...spec.ports, manager: (await freePorts(1, new Set()))[0] ?? 0 } },
    };
    expect(await findings('ports', { more })).toEqual([]);
  });

  it('say when the port of the manager is taken', async () => {
    const server = createServer();
    // Where something else has it already, that will do.
    await new Promise((resolve) =>
      server.on('error', resolve).listen(3376, '127.0.0.1', () => resolve(undefined)),
    );
    onTestFinished(() => void server.close());
    expect(await findings('ports')).toEqual(warning(/^port 3376 of this machine is in use/));
  });
});

describe('clock', () => {
  const skewed = (milliseconds: number) => ({
    info: { SystemTime: new Date(Date.now() + milliseconds).toISOString() },
  });

  it.each([60_000, -60_000, 50 * 60_000])('%s ms off is a warning', async (skew) => {
    expect(await findings('clock', skewed(skew))).toEqual(warning(/clock .* differ by \d/, /NTP/));
  });

  it.each([60 * 60_000, -24 * 3_600_000])('%s ms off is an error', async (skew) => {
    expect(await findings('clock', skewed(skew))).toEqual(error(/differ by \d+ min/));
  });

  it('is no matter within a second, or when it is not told', async () => {
    expect(await findings('clock', skewed(1000))).toEqual([]);
    expect(await findings('clock', { info: { SystemTime: '' } })).toEqual([]);
  });
});
