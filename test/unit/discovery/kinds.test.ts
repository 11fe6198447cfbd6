import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { StoreAccess } from '../../../src/discovery/discovery.ts';
import { placeOf } from '../../../src/discovery/discovery.ts';
import { deployableKinds, discoveryOf } from '../../../src/discovery/index.ts';
import { startConsul } from '../../consul/server.ts';
import { calm, recordOf, TOKEN, type SpecChanges } from '../support/cluster.ts';
import { makeCertificates, tlsServer } from '../support/tls-server.ts';
import { children, fakeZooKeeper, OPERATION } from '../stores/fake-zookeeper.ts';
import { at, closedPort } from '../stores/support.ts';

const PROGRAM = 'the token service as it is built';

// The unit tests do not wait for a build.
vi.mock(import('node:fs/promises'), async (original) => {
  const fs = await original();
  const readFile = (file: string, encoding: 'utf8') =>
    file.endsWith('dist/token-service.mjs')
      ? Promise.resolve(PROGRAM)
      : fs.readFile(file, encoding);
  return { ...fs, readFile: readFile as typeof fs.readFile };
});

function of(discovery: string, changes: SpecChanges = {}) {
  const record = recordOf({ ...changes, discovery });
  const found = discoveryOf(record.spec);
  return { record, discovery: found, wiring: found.wiring(record) };
}

/** What exists, and fails the test when it does not. */
function existing(discovery: string, changes: SpecChanges = {}) {
  const { record, discovery: found } = of(discovery, changes);
  if (!found.existing) throw new Error('it is deployed');
  return { record, discovery: found, store: found.existing };
}

function accessTo(
  endpoint: ReturnType<typeof at>,
  files: Record<string, string> = {},
): StoreAccess {
  return {
    endpoint: () => Promise.resolve(endpoint),
    masterFiles: () => Promise.resolve(new Map(Object.entries(files))),
  };
}

const noAccess: StoreAccess = {
  endpoint: () => Promise.reject(new Error('asked for the store')),
  masterFiles: () => Promise.reject(new Error('asked for files')),
};

const tls = { ca: 'CA', cert: 'CERT', key: 'KEY' };

describe('what is wired', () => {
  it.each([
    ['etcd', {}, 'etcd://10.117.0.2:2379/demo'],
    ['zk', {}, 'zk://10.117.0.2:2181/demo'],
    ['etcd://a:1,b:2', {}, 'etcd://a:1,b:2/demo'],
    ['etcd://a:1/', {}, 'etcd://a:1/demo'],
    ['etcd://a:1/team//x/', {}, 'etcd://a:1/team/x/demo'],
    ['zk://a:1,[fd00::1]:2/team', {}, 'zk://a:1,[fd00::1]:2/team/demo'],
    ['consul://a:1/team', { discoveryTls: tls }, 'consul://a:1/team/demo'],
    ['token://a:1', {}, `token://a:1/${TOKEN}`],
    ['token://a:1/v1/', {}, `token://a:1/v1/${TOKEN}`],
  ] as const)('of %s is found by swarm at its own place', (discovery, changes, url) => {
    expect(of(discovery, changes).wiring.url).toBe(url);
  });

  it.each(['etcd', 'zk', 'etcd://a:1/team', 'zk://a:1', 'consul://a:1/team'])(
    'of two clusters in %s is never at the same place',
    (discovery) => {
      const [one, other] = ['demo', 'demo2'].map((name) => of(discovery, { name }).wiring.url);
      expect(one).not.toBe(other);
      expect(other?.startsWith(`${one ?? ''}/`)).toBe(false);
    },
  );

  it('lets no manager that watches ask as often as agents register', () => {
    for (const discovery of ['etcd', 'zk', 'etcd://a:1', 'zk://a:1', 'consul://a:1']) {
      const { managerHeartbeat, agentHeartbeat = 20 } = of(discovery).wiring;
      expect(managerHeartbeat, discovery).toBeGreaterThan(agentHeartbeat);
    }
  });

  it('shows TLS files to etcd and consul only, all three', () => {
    for (const discovery of ['etcd', 'etcd://a:1', 'consul://a:1', 'token://a:1', 'zk://a:1']) {
      const { options } = of(discovery, { discoveryTls: discovery === 'etcd' ? null : tls }).wiring;
      expect(options.length, discovery).toBe(/etcd|consul/.test(discovery) ? 3 : 0);
    }
  });
});

describe('agents', () => {
  it.each([
    ['token', true],
    ['etcd', true],
    ['zk', true],
    ['nodes', false],
    ['file', false],
    ['consul://a:1', true],
    ['zk://a:1', true],
    ['token://a:1', true],
  ])('with %s: %s', (discovery, agents) => {
    expect(of(discovery).discovery.agents).toBe(agents);
  });
});

describe('a deployed store', () => {
  const stores = deployableKinds.filter(({ deploy }) => deploy.deployed);

  it('is one of token, etcd and zk', () => {
    expect(stores.map(({ kind }) => kind).sort()).toEqual(['etcd', 'token', 'zk']);
  });

  it.each(stores.map(({ kind }) => kind))(
    '%s runs from the image of the record, keeps its data, and is given only what is there',
    async (kind) => {
      const { record, discovery } = of(kind);
      const service = discovery.deployed?.service({ ...record, storeImage: 'mine:1' });
      expect(service?.image).toBe('mine:1');
      expect(service?.entrypoint).toHaveLength(1);
      expect(service?.volume?.path).toMatch(/^\//);
      // What it mounts is put on the master before.
      const files = (await discovery.files?.(record)) ?? [];
      const folders = new Set(files.map((file) => path.posix.dirname(file.path)));
      expect(new Set(service?.mounts ?? [])).toEqual(folders);
      // A server certificate exactly when it is spoken to with TLS.
      expect(service?.credentials).toEqual(discovery.deployed?.tls ? ['store'] : []);
    },
  );

  it.each(stores.map(({ kind }) => kind))('%s listens where swarm looks for it', (kind) => {
    const { discovery, wiring } = of(kind);
    expect(wiring.url).toContain(`://10.117.0.2:${discovery.deployed?.port ?? 0}/`);
  });

  it.each(stores.map(({ kind }) => kind))('%s has no secret in its arguments', (kind) => {
    const { record, discovery } = of(kind);
    expect(JSON.stringify(discovery.deployed?.service(record))).not.toContain(TOKEN);
  });

  it('of no other port or name than the others: ports and containers are on one host', () => {
    const record = recordOf();
    const ports = stores.map(({ deploy }) => deploy.deployed?.port);
    const names = stores.map(({ deploy }) => deploy.deployed?.service(record).name);
    expect(new Set(ports).size).toBe(stores.length);
    expect(new Set(names).size).toBe(stores.length);
  });
});

describe('ZooKeeper', () => {
  it('of our own is configured by a file that it is started with', async () => {
    const { record, discovery } = of('zk');
    const [config, ...more] = (await discovery.files?.(record)) ?? [];
    expect(more).toEqual([]);
    const service = discovery.deployed?.service(record);
    expect(service?.command).toEqual(['start-foreground', config?.path]);
    const settings = new Map(
      config?.text.split('\n').flatMap((line) => {
        const match = /^([^#=]+)=(.*)$/.exec(line);
        return match ? [[match[1], match[2]] as const] : [];
      }),
    );
    expect(settings.get('clientPort')).toBe(String(discovery.deployed?.port));
    expect(settings.get('dataDir')).toBe(service?.volume?.path);
    // swarmctl asks for the version by this word.
    expect(settings.get('4lw.commands.whitelist')).toContain('srvr');
  });

  it('that exists is asked and left below its path', async () => {
    const answer = (operation: number, asked: string) => {
      if (operation !== OPERATION.getChildren) return undefined;
      return asked === '/team/demo/docker/swarm/nodes' ? children() : -101;
    };
    const server = await fakeZooKeeper({ answer });
    const { discovery, record, store } = existing('zk://10.0.0.5:2181/team');
    expect(await discovery.ask(accessTo(at(server.port)), record, calm)).toEqual({
      version: 'ZooKeeper 3.8.0',
      members: [],
    });
    expect(await store.probe(at(server.port), record, calm)).toEqual([]);
    await store.forget(at(server.port), record, calm);
    const paths = new Set(server.seen.flatMap(({ path: asked }) => asked || []));
    expect([...paths].every((asked) => asked.startsWith('/team/demo'))).toBe(true);
    expect(paths).toContain('/team/demo');
  });

  it('says that nobody is kept from its port', () => {
    for (const discovery of ['zk', 'zk://a:1']) {
      expect(of(discovery).discovery.caveat?.problem).toMatch(/without TLS/);
    }
  });
});

describe('a consul that exists', () => {
  async function server(options: Parameters<typeof startConsul>[0] = {}) {
    const consul = await startConsul(options);
    onTestFinished(() => consul.close());
    const put = (key: string) => {
      consul.state.put({ key, value: Buffer.from(key.replace(/.*\//, '')), flags: 0n });
    };
    const keys = () => consul.state.keys.below('').map(({ key }) => key);
    return { consul, put, keys, endpoint: at(consul.port) };
  }

  it('is asked and left below its path, and another cluster in it stays', async () => {
    const { put, keys, endpoint } = await server({ version: '1.9.5' });
    put('team/demo/docker/swarm/nodes/10.117.0.3:2376');
    put('team/demo2/docker/swarm/nodes/10.118.0.3:2376');
    put('demo/docker/swarm/nodes/10.119.0.3:2376');
    const { discovery, record, store } = existing('consul://10.0.0.5:8500/team');
    expect(await discovery.ask(accessTo(endpoint), record, calm)).toEqual({
      version: 'consul 1.9.5',
      members: ['10.117.0.3:2376'],
    });
    const [problem = ''] = await store.probe(endpoint, record, calm);
    expect(problem).toMatch(/team\/demo: 10\.117\.0\.3:2376/);
    await store.forget(endpoint, record, calm);
    expect(keys()).toEqual([
      'demo/docker/swarm/nodes/10.119.0.3:2376',
      'team/demo2/docker/swarm/nodes/10.118.0.3:2376',
    ]);
    expect(await store.probe(endpoint, record, calm)).toEqual([]);
  });

  it.each([
    [10_000, true],
    [30_000, true],
    [31_000, false],
    [90_000, false],
  ])('whose shortest session takes %d ms will do: %s', async (sessionTtlMin, will) => {
    const { endpoint } = await server({ sessionTtlMin });
    const { record, store } = existing('consul://10.0.0.5:8500');
    const problems = await store.probe(endpoint, record, calm);
    if (will) expect(problems).toEqual([]);
    else expect(problems.join()).toMatch(/session_ttl_min.*30 s/);
  });

  it.each([
    [['ttl=15s'], 10_000, '10 s.*7.5 s'],
    [['ttl=15s'], 7500, undefined],
    [['--ttl=15s'], 10_000, '10 s.*7.5 s'],
    [['heartbeat=5s', 'ttl=15s'], 10_000, '10 s.*7.5 s'],
    [['ttl=20s'], 10_000, undefined],
    [['ttl=3m'], 90_000, undefined],
    [['ttl=3m'], 91_000, '1 min 31 s.*1 min 30 s'],
    [['ttl'], 30_000, undefined],
    [['ttl-of-something=1s'], 30_000, undefined],
  ])(
    'with agents that are given %j and sessions of %d ms: %s',
    async (agentOptions, least, why) => {
      const { endpoint } = await server({ sessionTtlMin: least });
      const { record, store } = existing('consul://10.0.0.5:8500', { swarm: { agentOptions } });
      const problems = await store.probe(endpoint, record, calm);
      expect(problems).toHaveLength(why === undefined ? 0 : 1);
      if (why !== undefined) expect(problems[0]).toMatch(new RegExp(`session_ttl_min.*`));
      if (why !== undefined) expect(problems[0]).toMatch(new RegExp(why));
    },
  );

  it('will not do when it does not answer', async () => {
    const { record, store } = existing('consul://10.0.0.5:8500');
    await expect(store.probe(at(await closedPort()), record, calm)).rejects.toThrow('refused');
  });
});

describe('stores that exist without TLS', () => {
  it.each(['etcd://a:1', 'consul://a:1'])(
    '%s: a word of caution, and what would be better',
    (url) => {
      expect(of(url).discovery.caveat).toMatchObject({
        problem: expect.stringContaining('without TLS') as string,
        fix: expect.stringContaining('--discovery-ca') as string,
      });
      expect(of(url, { discoveryTls: tls }).discovery.caveat).toBeUndefined();
    },
  );

  it.each(['etcd', 'token', 'nodes', 'file'])('there is none with %s of our own', (kind) => {
    expect(of(kind).discovery.caveat).toBeUndefined();
  });
});

describe('a list without a store', () => {
  it.each(['nodes', 'file'])(
    'of %s holds the nodes, sorted, and the master only as one',
    async (kind) => {
      const plain = of(kind);
      const more = of(kind, { scheduleOnMaster: true, nodes: 1 });
      const textOf = async ({ record, discovery, wiring }: typeof plain) => {
        const files = (await discovery.files?.(record)) ?? [];
        return files.length > 0
          ? files.map(({ text }) => text.trim().split('\n')).flat()
          : wiring.url.replace('nodes://', '').split(',');
      };
      expect(await textOf(plain)).toEqual(['10.117.0.3:2376', '10.117.0.4:2376']);
      expect(await textOf(more)).toEqual(['10.117.0.2:2376', '10.117.0.3:2376']);
    },
  );

  it('of nodes is known without asking anybody', async () => {
    const { discovery, record } = of('nodes');
    expect((await discovery.ask(noAccess, record, calm)).members).toEqual([
      '10.117.0.3:2376',
      '10.117.0.4:2376',
    ]);
  });

  it('of a file is what stands in that file on the master, without notes and blank lines', async () => {
    const { discovery, record, wiring } = of('file');
    const [file] = (await discovery.files?.(record)) ?? [];
    expect(wiring.url).toBe(`file://${file?.path ?? ''}`);
    const asked: string[] = [];
    const access = (files: Record<string, string>): StoreAccess => ({
      ...noAccess,
      masterFiles: (folder) => {
        asked.push(folder);
        return Promise.resolve(new Map(Object.entries(files)));
      },
    });
    const name = path.posix.basename(file?.path ?? '');
    const text = '# mine\n10.0.0.9:2376\n\n10.0.0.10:2376\n';
    expect((await discovery.ask(access({ [name]: text }), record, calm)).members).toEqual([
      '10.0.0.10:2376',
      '10.0.0.9:2376',
    ]);
    const own = await discovery.ask(access({ [name]: file?.text ?? '' }), record, calm);
    expect(own.members).toEqual(['10.117.0.3:2376', '10.117.0.4:2376']);
    expect(new Set(asked)).toEqual(new Set(wiring.mounts));
    await expect(discovery.ask(access({}), record, calm)).rejects.toThrow(
      `${file?.path ?? ''} is missing on the master`,
    );
  });

  it('needs no certificate and no token', () => {
    for (const kind of ['nodes', 'file']) {
      const { discovery } = of(kind);
      expect(discovery.credentials).toBe('none');
      expect(discovery).not.toHaveProperty('newToken');
    }
  });
});

describe('the token service', () => {
  it('of our own gets a token that nobody guesses, another one each time', async () => {
    const { discovery, record } = of('token');
    const tokens = new Set<string | undefined>();
    for (let count = 0; count < 20; count++) {
      tokens.add(await discovery.newToken?.(record.spec, calm));
    }
    expect(tokens.size).toBe(20);
    for (const token of tokens) expect(token).toMatch(/^[0-9a-f]{32}$/);
  });

  it('of our own knows the token by a file for its owner only', async () => {
    const { discovery, record } = of('token');
    const service = discovery.deployed?.service(record);
    const option = service?.command.find((word) => word.startsWith('--token-file='));
    const files = (await discovery.files?.(record)) ?? [];
    const tokens = files.find((file) => `--token-file=${file.path}` === option);
    expect(tokens).toMatchObject({ text: `${TOKEN}\n`, mode: 0o600 });
    const program = files.find(({ path: to }) => to === service?.command[0]);
    expect(program?.text).toBe(PROGRAM);
    for (const { path: to, text } of files)
      if (to !== tokens?.path) expect(text).not.toContain(TOKEN);
  });

  it('is trusted by the CA of the cluster, which hosts hold without a key', () => {
    const { discovery, wiring } = of('token');
    expect(discovery.credentials).toBe('ca');
    expect(wiring.credentials).toEqual(['discovery']);
  });

  it('that exists is trusted by the CAs of the image when none was given', () => {
    const { wiring } = of('token://a:1/v1');
    expect(wiring).toMatchObject({ credentials: [], options: [] });
    expect(wiring.mounts).toBeUndefined();
    expect(wiring.environment).toBeUndefined();
  });

  it('finds the token of a cluster whose state is lost on its master', async () => {
    for (const kind of ['token', 'token://a:1/v1']) {
      const { discovery } = of(kind);
      const folders: string[] = [];
      const files = (texts: Record<string, string>) => (folder: string) => {
        folders.push(folder);
        return Promise.resolve(new Map(Object.entries(texts)));
      };
      expect(await discovery.findToken?.(files({ tokens: `${TOKEN}\n` }), calm)).toBe(TOKEN);
      expect(await discovery.findToken?.(files({}), calm)).toBeUndefined();
      expect(new Set(folders)).toEqual(new Set(['/etc/swarmctl/token-service']));
    }
  });

  it('that exists leaves the token on the master as well', async () => {
    const { discovery, record } = of('token://a:1/v1');
    expect(await discovery.files?.(record)).toEqual([
      { path: '/etc/swarmctl/token-service/tokens', text: `${TOKEN}\n`, mode: 0o600 },
    ]);
  });
});

describe('a token service that exists', () => {
  /** One that has these nodes under any token, and what it was asked. */
  async function service(members: readonly string[] = []) {
    const certificates = await makeCertificates();
    const seen: string[] = [];
    const { endpoint, tls: client } = await tlsServer(certificates, (request) => {
      seen.push(`${request.method ?? ''} ${request.url ?? ''}`);
      if (request.method === 'POST') return { json: 'fedcba9876543210fedcba9876543210' };
      return { json: members };
    });
    const { port } = endpoint as { port: number };
    const given = { ca: client.ca, cert: client.cert, key: client.key };
    const url = `token://127.0.0.1:${port}/v1`;
    return { seen, url, given, endpoint: { ...at(port), tls: given } };
  }

  it('uses the token that the person gave, without asking', async () => {
    const { url, seen } = await service();
    const { discovery, record } = existing(url, { discoveryToken: TOKEN });
    expect(await discovery.newToken?.(record.spec, calm)).toBe(TOKEN);
    expect(seen).toEqual([]);
  });

  it('has one made there otherwise', async () => {
    const { url, given, seen } = await service();
    const { discovery, record } = existing(url, { discoveryTls: given });
    // This one answers in quotes, which are no part of a token.
    await discovery.newToken?.(record.spec, calm).catch(() => undefined);
    expect(seen).toEqual(['POST /v1/clusters']);
  });

  it('lists who is registered under the token of the cluster', async () => {
    const { url, endpoint, seen } = await service(['10.117.0.4:2376', '10.117.0.3:2376']);
    const { discovery, record } = existing(url, { discoveryToken: TOKEN });
    expect((await discovery.ask(accessTo(endpoint), record, calm)).members).toEqual([
      '10.117.0.3:2376',
      '10.117.0.4:2376',
    ]);
    expect(seen).toEqual([`GET /v1/clusters/${TOKEN}`]);
  });

  it('will not do when nodes are registered under the given token already', async () => {
    const taken = await service(['10.9.0.3:2376']);
    const one = existing(taken.url, { discoveryToken: TOKEN });
    const [problem = ''] = await one.store.probe(taken.endpoint, one.record, calm);
    expect(problem).toContain('10.9.0.3:2376');
    expect(problem).not.toContain(TOKEN);
    const free = await service();
    const other = existing(free.url, { discoveryToken: TOKEN });
    expect(await other.store.probe(free.endpoint, other.record, calm)).toEqual([]);
  });

  it('loses a token that was made for the cluster, and keeps one that was given', async () => {
    const { url, endpoint, seen } = await service();
    const given = existing(url, { discoveryToken: TOKEN });
    await given.store.forget(endpoint, given.record, calm);
    expect(seen).toEqual([]);
    const made = existing(url);
    await made.store.forget(endpoint, made.record, calm);
    expect(seen).toEqual([`DELETE /v1/clusters/${TOKEN}`]);
  });
});

it('tells people where a store is', () => {
  const place = (discovery: string) => placeOf(of(discovery).discovery, recordOf());
  expect(place('etcd')).toBe('etcd on demo-m');
  expect(place('etcd://a:1,b:2/x')).toBe('etcd at a:1,b:2');
  expect(place('token://a:1/v1')).toBe('token at a:1');
});
