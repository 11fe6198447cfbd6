import { describe, expect, it } from 'vitest';
import {
  deployableKinds,
  discoveryKinds,
  discoveryOf,
  discoveryProblems,
  imageFlagOf,
  kindIn,
  splitToken,
} from '../../../src/discovery/index.ts';
import { specOf, TOKEN, type SpecChanges } from '../support/cluster.ts';

const HUB = TOKEN;
const all = { ca: 'CA', cert: 'CERT', key: 'KEY' };
const caOnly = { ca: 'CA', cert: null, key: null };

function problems(discovery: string, discoveryTls: SpecChanges['discoveryTls'] = null): string[] {
  return [...discoveryProblems(specOf({ discovery, discoveryTls }))];
}

/** The one sentence of a discovery with exactly one problem. */
function problem(...spec: Parameters<typeof problems>): string {
  const [only = 'no problem', ...more] = problems(...spec);
  expect(more).toEqual([]);
  return only;
}

describe('a discovery that can be had', () => {
  it.each(['token', 'etcd', 'zk', 'nodes', 'file'])('%s, made by swarmctl', (kind) => {
    expect(problems(kind)).toEqual([]);
    const discovery = discoveryOf(specOf({ discovery: kind }));
    expect(discovery.kind).toBe(kind);
    expect(discovery.existing).toBeUndefined();
  });

  it.each([
    ['etcd://10.0.0.5:2379', null],
    ['etcd://a:1,b:2,[fd00::1]:3/team/x', null],
    ['etcd://a:1', all],
    ['zk://a:2181,b:2181', null],
    ['zk://a:2181/chroot', null],
    ['consul://a:8500/team', null],
    ['consul://a:8501', all],
    ['token://a:3380/v1', null],
    ['token://a:3380', caOnly],
    ['token://a:3380/v1', all],
    ['token://[fd00::1]:3380/v1/', null],
  ] as const)('%s, which exists', (discovery, tls) => {
    expect(problems(discovery, tls)).toEqual([]);
    const { existing, deployed, credentials } = discoveryOf(
      specOf({ discovery, discoveryTls: tls }),
    );
    expect(`${existing?.url.scheme ?? ''}://${existing?.url.servers ?? ''}`).toBe(
      discovery.replace(/(\d)\/.*$/, '$1'),
    );
    expect(deployed).toBeUndefined();
    // Swarm shows no certificate to a token service: hosts need what to trust alone.
    const given = discovery.startsWith('token') ? 'given ca' : 'given';
    expect(credentials).toBe(tls ? given : 'none');
  });
});

describe('a kind that is unknown', () => {
  it.each([
    '',
    'etdc',
    'Etcd',
    'ETCD://a:1',
    'http://a:1',
    'etcd3://a:1',
    '__proto__',
    'constructor',
  ])('is "%s"', (discovery) => {
    const text = problem(discovery);
    expect(text).toContain(`--discovery "${discovery}" is unknown`);
    for (const word of ['etcd', 'zk', 'token', 'nodes', 'file']) expect(text).toContain(word);
    for (const word of ['etcd://', 'zk://', 'consul://', 'token://']) {
      expect(text).toContain(word);
    }
    // Neither can swarmctl make a consul, nor is there a URL of a list.
    expect(text).not.toMatch(/consul[^:]|nodes:|file:/);
    expect(() => discoveryOf(specOf({ discovery }))).toThrow();
  });
});

describe('what is wrong with a discovery', () => {
  it('a consul must be there already', () => {
    expect(problem('consul')).toContain('consul://host:port');
    expect(() => discoveryOf(specOf({ discovery: 'consul' }))).toThrow();
  });

  it.each(['nodes://10.0.0.1:2376,10.0.0.2:2376', 'file:///etc/nodes', 'nodes://', 'file://x'])(
    '%s: the list is written by swarmctl',
    (discovery) => {
      expect(problem(discovery)).toBe(
        `--discovery ${kindIn(discovery)} takes no URL: swarmctl writes the list itself`,
      );
      expect(() => discoveryOf(specOf({ discovery }))).toThrow();
    },
  );

  it("a bare token stands for Docker Hub's service, which is no more", () => {
    const bare = [HUB, HUB.toUpperCase(), `${HUB}/`, '', 'whatever', 'name-without-port'];
    for (const given of bare.map((text) => `token://${text}`)) {
      const { url } = splitToken(given);
      const text = problem(url);
      expect(text).toMatch(/Docker Hub.*shut down/);
      expect(text).toContain('token://host:port');
      expect(text.toLowerCase()).not.toContain(HUB);
      expect(problem(url, all)).toBe(text);
    }
  });

  it('a token service with two addresses, of which swarm would ask the first host only', () => {
    for (const path of ['', '/v1']) {
      expect(problem(`token://a:3380,b:3380${path}`)).toMatch(/one address/);
    }
  });

  it('consul with two addresses, which swarm refuses', () => {
    expect(problem('consul://a:8500,b:8500')).toMatch(/one address/);
    expect(problems('etcd://a:1,b:1')).toEqual([]);
    expect(problems('zk://a:1,b:1')).toEqual([]);
  });

  it.each(['etcd', 'zk', 'consul', 'token'])('%s on what means the host itself', (kind) => {
    const hosts = ['localhost', 'LOCALHOST', 'a.localhost', '127.0.0.1', '0.0.0.0'];
    for (const host of [...hosts, '[::1]', '[::]', '[::ffff:127.0.0.1]']) {
      expect(problem(`${kind}://${host}:2379/v1`)).toMatch(/means the host itself on every host/);
    }
  });

  it('each loopback address among several is named', () => {
    const found = problems('etcd://localhost:1,a:1,127.0.0.1:1');
    expect(found.map((text) => /: (\S+) means/.exec(text)?.[1])).toEqual([
      'localhost',
      '127.0.0.1',
    ]);
  });

  it.each(['etcd://a', 'zk://a:0', 'consul://a:1/../x', 'token://a:99999/v1'])(
    'the form of %s',
    (discovery) => {
      expect(problem(discovery)).toContain(`--discovery "${discovery}": `);
    },
  );
});

describe('TLS files', () => {
  it.each(['token', 'etcd', 'zk', 'nodes', 'file'])(
    'are not for %s that swarmctl makes',
    (kind) => {
      for (const tls of [all, caOnly]) {
        expect(problem(kind, tls)).toContain('leave --discovery-ca');
      }
    },
  );

  it.each([all, caOnly])('are not for ZooKeeper, to which swarm speaks without', (tls) => {
    expect(problem('zk://a:2181', tls)).toMatch(/without TLS.*leave --discovery-ca/);
  });

  it.each([
    ['etcd', caOnly],
    ['etcd', { ...all, key: null }],
    ['etcd', { ...all, cert: null }],
    ['consul', caOnly],
    ['consul', { ...all, key: null }],
  ] as const)('of %s go together: with one missing swarm speaks plain http', (kind, tls) => {
    expect(problem(`${kind}://a:1`, tls)).toMatch(/go together.*plain http/);
  });

  it('for consul without a URL are a second problem', () => {
    expect(problems('consul', all)).toHaveLength(2);
  });
});

describe('the kind in what the person gave', () => {
  it.each([
    ['etcd', 'etcd'],
    ['etcd://a:1/b', 'etcd'],
    ['token://', 'token'],
    ['x://y://z', 'x'],
    ['', ''],
    ['etcd:a', 'etcd:a'],
  ])('of "%s" is "%s"', (discovery, kind) => {
    expect(kindIn(discovery)).toBe(kind);
  });
});

describe('a token in a URL', () => {
  it.each([
    [`token://a:3380/v1/${HUB}`, 'token://a:3380/v1'],
    [`token://a:3380/${HUB}`, 'token://a:3380'],
    [`token://a:3380/some/path/v1/${HUB}`, 'token://a:3380/some/path/v1'],
    [`token://[fd00::1]:3380/v1/${HUB}`, 'token://[fd00::1]:3380/v1'],
    [`token://${HUB}`, 'token://'],
    [`token://a:3380/v1/${HUB}/`, 'token://a:3380/v1'],
    [`token://a:3380/v1/${HUB}//`, 'token://a:3380/v1'],
    [`token://a:3380/${HUB}/`, 'token://a:3380'],
    [`token://${HUB}/`, 'token://'],
  ])('is taken out of %s', (given, url) => {
    expect(splitToken(given)).toEqual({ url, token: HUB });
  });

  it('is taken out in capitals as well, and left as it is', () => {
    const token = HUB.toUpperCase();
    for (const end of ['', '/']) {
      expect(splitToken(`token://a:3380/v1/${token}${end}`)).toEqual({
        url: 'token://a:3380/v1',
        token,
      });
    }
  });

  it.each([
    'token',
    'etcd',
    'token://',
    'token://a:3380/v1',
    'token://a:3380/v1/',
    'token://a:3380',
    // Of other kinds it is a path.
    `etcd://a:1/${HUB}`,
    `zk://a:1/v1/${HUB}`,
    `token://a:3380/v1/${HUB.slice(1)}`,
    `token://a:3380/v1/${HUB}0`,
    `token://a:3380/${HUB}/v1`,
    `token://a:3380/v1/${HUB.slice(1)}g`,
  ])('is not in %s', (given) => {
    expect(splitToken(given)).toEqual({ url: given, token: null });
  });
});

describe('the kinds', () => {
  it('have a word each, and those that can be made are made as that', () => {
    const words = discoveryKinds.map(({ kind }) => kind);
    expect(new Set(words).size).toBe(words.length);
    expect(words.sort()).toEqual(['consul', 'etcd', 'file', 'nodes', 'token', 'zk']);
    for (const { kind, deploy } of discoveryKinds) expect(deploy?.kind ?? kind).toBe(kind);
  });

  it('can be made or be there already, each of them', () => {
    for (const { kind, deploy, existing } of discoveryKinds) {
      expect(deploy ?? existing, kind).toBeDefined();
    }
    expect(deployableKinds.map(({ kind }) => kind)).not.toContain('consul');
  });

  it('say of TLS files what they take exactly when they can be there already', () => {
    for (const { kind, existing, tlsFiles } of discoveryKinds) {
      expect(tlsFiles !== undefined, kind).toBe(existing !== undefined);
    }
  });

  it('have the image flag of their word', () => {
    expect(imageFlagOf(specOf({ discovery: 'zk' }))).toBe('zk-image');
    expect(imageFlagOf(specOf({ discovery: 'etcd://a:1' }))).toBe('etcd-image');
  });
});
