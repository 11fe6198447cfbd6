import { describe, expect, it, vi } from 'vitest';
import { EngineError } from '../../../../src/engine/engine-error.ts';
import { leftoversOf, removeByLabel } from '../../../../src/hosts/local/leftovers.ts';
import { isPortTaken, LocalHosts } from '../../../../src/hosts/local/local-hosts.ts';
import { calm, hostOf, recordOf } from '../../support/cluster.ts';
import { fakeEngine, type Routes } from '../../support/fake-engine.ts';

// What a dockerd of the machine that runs the tests may grant is no matter here.
vi.mock(import('../../../../src/hosts/local/grant.ts'), async (original) => ({
  ...(await original()),
  likelyGrant: () => Promise.resolve('privileged' as const),
}));

const record = recordOf({ engine: { environment: ['TOKEN=s3cret'] } });
const host = hostOf(record, 'demo-1');
const HERE = '/containers/swarmctl-demo-1';
const files = () => Promise.resolve([{ path: '/etc/swarmctl/tls/engine/key.pem', text: 'key' }]);
const done = { status: 204, body: '' };

const state = (Running: boolean, more: object = {}) => ({
  json: {
    Id: 'id1',
    RestartCount: 0,
    Config: { Labels: { 'io.swarmctl.cluster': 'demo' } },
    State: { Running, Status: Running ? 'running' : 'exited', ExitCode: 1, ...more },
  },
});

/** An engine that makes containers, of which the first to start succeeds unless told otherwise. */
function making(startsAs: (nth: number) => { status: number } = () => done): Routes {
  let starts = 0;
  let running = false;
  return {
    [`GET ${HERE}/json`]: () =>
      running ? state(true) : { status: 404, json: { message: 'No such container' } },
    'POST /volumes/create': { status: 201, json: { Name: 'v' } },
    'POST /containers/create': { status: 201, json: { Id: 'id1' } },
    [`PUT ${HERE}/archive`]: { body: '' },
    [`POST ${HERE}/start`]: () => {
      const answer = startsAs(++starts);
      running = answer.status === 204;
      return answer;
    },
  };
}

async function hostsOn(routes: Routes) {
  const outer = await fakeEngine(routes);
  return { outer, hosts: new LocalHosts(outer.engine, record, 2379) };
}

const changes = (paths: string[]) => paths.filter((path) => !path.startsWith('GET'));

describe('starting a host', () => {
  it('makes volume and container, puts its files in, and only then starts it', async () => {
    const { outer, hosts } = await hostsOn(making());
    await hosts.start(host, files, calm);
    expect(changes(outer.paths())).toEqual([
      'POST /volumes/create',
      'POST /containers/create',
      `PUT ${HERE}/archive`,
      `POST ${HERE}/start`,
    ]);
    const create = outer.requests.find(({ path }) => path === '/containers/create');
    expect(create?.query.get('name')).toBe('swarmctl-demo-1');
    expect(create?.body.toString()).not.toContain('s3cret');
    const put = outer.requests.find(({ method }) => method === 'PUT');
    expect(put?.body.toString()).toContain('TOKEN=s3cret');
    expect(put?.body.toString()).toContain('key.pem');
  });

  it('that exists and is stopped only starts it, without new credentials', async () => {
    const { outer, hosts } = await hostsOn({
      [`GET ${HERE}/json`]: state(false),
      'POST /containers/id1/start': done,
    });
    await hosts.start(host, () => Promise.reject(new Error('asked')), calm);
    expect(changes(outer.paths())).toEqual(['POST /containers/id1/start']);
  });

  it('that was created but never ran makes it anew', async () => {
    const { outer, hosts } = await hostsOn({
      ...making(),
      [`GET ${HERE}/json`]: state(false, { Status: 'created' }),
      'DELETE /containers/id1': done,
    });
    await hosts.start(host, files, calm);
    expect(changes(outer.paths())).toContain('DELETE /containers/id1');
    expect(changes(outer.paths())).toContain('POST /containers/create');
  });

  it('does without --privileged where the engine cannot grant it', async () => {
    const refused = { status: 400, json: { message: 'runc: unable to apply caps: permitted' } };
    const { outer, hosts } = await hostsOn(making((nth) => (nth === 1 ? refused : done)));
    await hosts.start(host, files, calm);
    const created = outer.requests
      .filter(({ path }) => path === '/containers/create')
      .map(({ body }) => (JSON.parse(body.toString()) as { HostConfig: object }).HostConfig);
    expect(created).toHaveLength(2);
    expect(created[0]).toHaveProperty('Privileged', true);
    expect(created[1]).not.toHaveProperty('Privileged');
    expect(created[1]).toHaveProperty('CapDrop', ['SYS_RESOURCE']);
  });

  it('fails with the words of the engine when a port is taken', async () => {
    const message = 'Bind for 127.0.0.1:3376 failed: port is already allocated';
    const { hosts } = await hostsOn(making(() => ({ status: 500, json: { message } })));
    const error: unknown = await hosts.start(host, files, calm).catch((e: unknown) => e);
    expect((error as Error).message).toBe(message);
    expect(isPortTaken(error)).toBe(true);
  });
});

describe('removing a host', () => {
  const volume = '/volumes/swarmctl-demo-1-data';
  const labelled = (cluster: string): Routes => ({
    [`GET ${HERE}/json`]: {
      json: { Id: 'id1', Config: { Labels: { 'io.swarmctl.cluster': cluster } } },
    },
    [`GET ${volume}`]: { json: { Labels: { 'io.swarmctl.cluster': cluster } } },
    [`DELETE ${HERE}`]: done,
    [`DELETE ${volume}`]: done,
  });

  it('takes container and volume', async () => {
    const { outer, hosts } = await hostsOn(labelled('demo'));
    await hosts.remove(host, calm);
    expect(changes(outer.paths())).toEqual([`DELETE ${HERE}`, `DELETE ${volume}`]);
  });

  it('minds neither being gone', async () => {
    const { outer, hosts } = await hostsOn({});
    await hosts.remove(host, calm);
    expect(changes(outer.paths())).toEqual([]);
  });

  it('leaves what only bears its name', async () => {
    const { outer, hosts } = await hostsOn(labelled('other'));
    await hosts.remove(host, calm);
    expect(changes(outer.paths())).toEqual([]);
    await expect(hosts.start(host, files, calm)).rejects.toThrow('that is not ours');
  });
});

describe('why a host does not run', () => {
  it('is nothing while it runs', async () => {
    const { hosts } = await hostsOn({ [`GET ${HERE}/json`]: state(true) });
    expect(await hosts.whyStopped(host, calm)).toBeUndefined();
    expect(await hosts.isRunning(host, calm)).toBe(true);
  });

  it('is that its container is gone', async () => {
    const { hosts } = await hostsOn({});
    expect(await hosts.whyStopped(host, calm)).toBe('its container swarmctl-demo-1 is gone');
    expect(await hosts.isRunning(host, calm)).toBe(false);
  });

  it('is its exit code and its last words', async () => {
    const words = 'failed to start daemon\n';
    const header = Buffer.from([2, 0, 0, 0, 0, 0, 0, words.length]);
    const { hosts } = await hostsOn({
      [`GET ${HERE}/json`]: state(false),
      'GET /containers/id1/logs': { body: Buffer.concat([header, Buffer.from(words)]) },
    });
    expect(await hosts.whyStopped(host, calm)).toBe(
      'its engine ended with exit code 1: failed to start daemon',
    );
  });

  // runs again is degraded ever after.
  it('is nothing once it runs again after a restart', async () => {
    const running = state(true);
    const { hosts } = await hostsOn({
      [`GET ${HERE}/json`]: { json: { ...running.json, RestartCount: 1 } },
    });
    expect(await hosts.whyStopped(host, calm)).toBeUndefined();
  });
});

describe('the network', () => {
  it('has the subnet, and the record it was given in its labels', async () => {
    const { outer, hosts } = await hostsOn({ 'POST /networks/create': { status: 201, json: {} } });
    const shown = recordOf();
    await hosts.createNetwork(shown, calm);
    const sent = JSON.parse(outer.requests[0]?.body.toString() ?? '') as {
      Labels: Record<string, string>;
    };
    expect(sent).toMatchObject({
      Name: 'swarmctl-demo',
      Driver: 'bridge',
      IPAM: { Config: [{ Subnet: '10.117.0.0/24' }] },
      Labels: { 'io.swarmctl.cluster': 'demo' },
    });
    expect(JSON.parse(sent.Labels['io.swarmctl.record'] ?? '')).toEqual(shown);
    expect(JSON.stringify(sent)).not.toContain('s3cret');
  });
});

describe('leftovers', () => {
  const routes: Routes = {
    'GET /containers/json': {
      json: [
        { Id: 'b', Names: ['/swarmctl-demo-m'] },
        { Id: 'a', Names: [] },
      ],
    },
    'GET /volumes': { json: { Volumes: [{ Name: 'swarmctl-demo-m-data' }] } },
    'GET /networks': { json: [{ Id: 'n', Name: 'swarmctl-demo' }] },
  };

  it('are named by kind', async () => {
    const { engine } = await fakeEngine(routes);
    expect(await leftoversOf(engine, 'demo', calm)).toEqual([
      'container a',
      'container swarmctl-demo-m',
      'volume swarmctl-demo-m-data',
      'network swarmctl-demo',
    ]);
  });

  it('are asked for by the label of one cluster, and removed containers first', async () => {
    const { engine, paths, requests } = await fakeEngine(routes);
    await removeByLabel(engine, 'demo', calm);
    expect(changes(paths())).toEqual([
      'DELETE /containers/b',
      'DELETE /containers/a',
      'DELETE /volumes/swarmctl-demo-m-data',
      'DELETE /networks/n',
    ]);
    for (const { method, query } of requests.filter(({ method }) => method === 'GET')) {
      expect(method).toBe('GET');
      expect(JSON.parse(query.get('filters') ?? '')).toEqual({
        label: ['io.swarmctl.cluster=demo'],
      });
    }
  });
});

it('only an engine can say that a port is taken', () => {
  expect(isPortTaken(new EngineError(new Error('listen tcp: address already in use')))).toBe(true);
  expect(isPortTaken(new EngineError(new Error('no such image')))).toBe(false);
  expect(isPortTaken(new Error('address already in use'))).toBe(false);
});
