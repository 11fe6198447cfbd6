import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { optionName, validateSpec } from '../../../src/cluster/validate.ts';
import { discoveryProblems, imageFlagOf } from '../../../src/discovery/index.ts';
import { SwarmctlError } from '../../../src/errors.ts';
import { specOf, type SpecChanges } from '../support/cluster.ts';

/** The sentences that `create` would refuse the spec with; none when it takes it. */
function problems(changes: SpecChanges): string[] {
  try {
    const spec = specOf(changes);
    const rules = { problems: discoveryProblems, imageFlag: imageFlagOf(spec) };
    validateSpec(spec, { ...rules, storePort: spec.images.store === null ? null : 2379 });
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(SwarmctlError);
    const { code, exitCode, message, suggestions } = error as SwarmctlError;
    expect({ code, exitCode }).toEqual({ code: 'USAGE', exitCode: 2 });
    expect(suggestions).toEqual(['swarmctl create --help']);
    return message.split('\n');
  }
}

/** The one sentence of a spec with exactly one problem. */
function problem(changes: SpecChanges): string {
  const [only, ...more] = problems(changes);
  expect(more).toEqual([]);
  return only ?? 'no problem';
}

describe('validateSpec', () => {
  it('takes a plain spec', () => {
    expect(problems({})).toEqual([]);
  });

  it('reports every problem at once, in one error', () => {
    const all = problems({
      name: 'Bad',
      discovery: 'zoo',
      nodes: 0,
      images: { swarm: '' },
      swarm: { strategy: 'best', managerOptions: ['tlsverify'], agentOptions: ['addr=x'] },
      engine: {
        labels: ['nolabel'],
        options: ['host=x'],
        environment: ['1A=x'],
        registryMirrors: ['mirror'],
        insecureRegistries: ['http://x'],
      },
      tlsSans: ['10.0.0.300.'],
    });
    expect(all).toHaveLength(13);
    for (const part of [
      '"Bad"',
      '--discovery',
      '--nodes',
      '--swarm-image',
      '--swarm-strategy',
      '--swarm-opt',
      '--swarm-join-opt',
      '--engine-opt',
      '--engine-label',
      '--engine-env',
      '--engine-registry-mirror',
      '--engine-insecure-registry',
      '--tls-san',
    ]) {
      expect(all.filter((line) => line.includes(part))).toHaveLength(1);
    }
  });

  it('reports what was found wrong before, first', () => {
    const spec = specOf({ nodes: 0 });
    const none = { problems: () => [], imageFlag: 'etcd-image', storePort: 2379 };
    const earlier = { setting: 'discovery-ca', sentence: '--discovery-ca x: no such file' };
    expect(() => {
      validateSpec(spec, none, [earlier]);
    }).toThrow(/^--discovery-ca x: no such file\n--nodes 0 must be/);
  });

  it("names the image flag of the store's own kind", () => {
    for (const [discovery, flag] of [
      ['etcd', 'etcd-image'],
      ['zk', 'zk-image'],
      ['token', 'token-image'],
    ] as const) {
      expect(problem({ discovery, images: { store: 'a b' } })).toContain(`--${flag} "a b"`);
    }
  });

  it('minds no store image where none is deployed', () => {
    expect(problems({ discovery: 'nodes' })).toEqual([]);
    expect(problems({ discovery: 'etcd://10.0.0.5:2379' })).toEqual([]);
  });

  it.each([1, 2, 100])('takes %s nodes', (nodes) => {
    expect(problems({ nodes })).toEqual([]);
  });

  it.each([0, -1, 101, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses %s nodes', (nodes) => {
    expect(problem({ nodes })).toBe(
      `--nodes ${String(nodes)} must be a whole number from 1 to 100`,
    );
  });

  it.each(['a', '0', 'etcd', 'my-cluster-2', 'a--b', 'x'.repeat(40)])(
    'takes the name %s',
    (name) => {
      expect(problems({ name })).toEqual([]);
    },
  );

  it.each([
    '',
    'Demo',
    '-demo',
    'demo-',
    '-',
    'de_mo',
    'de.mo',
    'a b',
    'ümlaut',
    'démo',
    '../x',
    'a/b',
    'demo\n',
    '.',
  ])('refuses the name "%s"', (name) => {
    // A line break in it is shown as it is.
    const text = problems({ name }).join('\n');
    expect(text).toBe(
      `name "${name}" must consist of a-z, 0-9 and "-", and neither begin nor end with "-"`,
    );
  });

  it('refuses a name of 41 characters and says how many fit', () => {
    const name = 'x'.repeat(41);
    expect(problem({ name })).toBe(
      `name "${name}" has 41 characters; at most 40 fit into a host name`,
    );
  });

  it('never takes a name that leaves its folder or is no DNS label', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const taken = problems({ name }).length === 0;
        expect(taken).toBe(/^[a-z0-9-]{1,40}$/.test(name) && !/^-|-$/.test(name));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    'swarm',
    'swarm:1.2.9',
    'quay.io/coreos/etcd:v3.5.21',
    'localhost:5000/a/b-c_d:x.Y-1',
    'a__b:1',
  ])('takes the image %s', (image) => {
    expect(problems({ images: { node: image, swarm: image, store: image } })).toEqual([]);
  });

  it.each(['', ' ', 'swarm:', ':1', 'a b', '-swarm', 'swarm@sha256:0123', '/swarm', 'a;rm'])(
    'refuses the image "%s" for each of its flags',
    (image) => {
      const words = 'is not an image name such as registry.example.org/name:tag';
      expect(problems({ images: { node: image, swarm: image, store: image } })).toEqual([
        `--node-image "${image}" ${words}`,
        `--swarm-image "${image}" ${words}`,
        `--etcd-image "${image}" ${words}`,
      ]);
    },
  );

  it.each(['spread', 'binpack', 'random'])('takes the strategy %s', (strategy) => {
    expect(problems({ swarm: { strategy } })).toEqual([]);
  });

  it('refuses another strategy', () => {
    expect(problem({ swarm: { strategy: 'Spread' } })).toBe(
      '--swarm-strategy "Spread" is unknown; known: spread, binpack, random',
    );
  });
});

describe('further flags', () => {
  it('are taken with and without dashes and values', () => {
    expect(
      problems({
        swarm: {
          managerOptions: ['heartbeat=2s', '--cluster-opt=swarm.overcommit=0.1', '-experimental'],
          agentOptions: ['ttl=90s', 'delay=1s'],
        },
        engine: { options: ['log-level=debug', '--debug', 'storage-driver=overlay2'] },
      }),
    ).toEqual([]);
  });

  it.each([
    'H=tcp://0.0.0.0:1',
    'host=tcp://0.0.0.0:1',
    '--host=x',
    '-H=x',
    'tls',
    'tlsverify',
    'tlsverify=false',
    '--tlsverify',
    'tlscacert=/x',
    'tlscert=/x',
    'tlskey=/x',
    'strategy=binpack',
    'replication',
  ])('of swarmctl itself cannot be given to the manager: %s', (option) => {
    expect(problem({ swarm: { managerOptions: [option] } })).toBe(
      `--swarm-opt "${option}": swarmctl sets --${optionName(option)} itself`,
    );
  });

  it.each(['addr=1.2.3.4:5', 'advertise=1.2.3.4:5', '--advertise=x'])(
    'of swarmctl itself cannot be given to agents: %s',
    (option) => {
      expect(problem({ swarm: { agentOptions: [option] } })).toContain('swarmctl sets --a');
    },
  );

  it.each([
    'H=x',
    'host=unix:///x',
    'tls',
    'tlsverify=false',
    'tlscacert=x',
    'tlscert=x',
    'tlskey=x',
    'data-root=/x',
    'exec-root=/x',
    'pidfile=/x',
    'config-file=/x',
  ])('of swarmctl itself cannot be given to engines: %s', (option) => {
    expect(problem({ engine: { options: [option] } })).toContain(
      `--engine-opt "${option}": swarmctl sets --`,
    );
  });

  it.each(['', '=', '=x', '--', '---host=x', 'a b=x', '1=x', 'heart\nbeat=1', 'ü=1'])(
    'must look like flags: "%s"',
    (option) => {
      const places: [string, SpecChanges][] = [
        ['swarm-opt', { swarm: { managerOptions: [option] } }],
        ['swarm-join-opt', { swarm: { agentOptions: [option] } }],
        ['engine-opt', { engine: { options: [option] } }],
      ];
      for (const [flag, changes] of places) {
        expect(problems(changes).join('\n')).toBe(
          `--${flag} "${option}" must look like name=value`,
        );
      }
    },
  );
});

describe('engine settings', () => {
  it.each(['a=b', 'com.example.Zone=eu-west', 'empty=', 'a=b=c', 'note=two words'])(
    'take the label %s',
    (label) => {
      expect(problems({ engine: { labels: [label] } })).toEqual([]);
    },
  );

  it.each(['nolabel', '', '=x', 'a b=c', 'a=b,c', 'a,b=c'])('refuse the label "%s"', (label) => {
    expect(problem({ engine: { labels: [label] } })).toContain(
      `--engine-label "${label}" must look like name=value`,
    );
  });

  it('leave the label node to swarm', () => {
    expect(problem({ engine: { labels: ['node=x'] } })).toContain(
      'swarm keeps the label "node" for itself',
    );
    expect(problems({ engine: { labels: ['nodes=x', 'mynode=x'] } })).toEqual([]);
  });

  it.each(['A=', 'HTTP_PROXY=http://u:p@h:1', '_x=1 2', 'a1=b=c'])(
    'take the variable %s',
    (entry) => {
      expect(problems({ engine: { environment: [entry] } })).toEqual([]);
    },
  );

  it.each(['A', '', '=x', '1A=x', 'A B=x', 'A-B=x'])('refuse the variable "%s"', (entry) => {
    expect(problem({ engine: { environment: [entry] } })).toContain('must look like NAME=VALUE');
  });

  it('refuse a variable of several lines without showing its value', () => {
    for (const entry of ['TOKEN=s3cret\nB=1', 'TOKEN=s3cret\0']) {
      const sentence = problem({ engine: { environment: [entry] } });
      expect(sentence).toBe('--engine-env "TOKEN" must look like NAME=VALUE');
    }
  });

  it.each(['https://mirror.example.org', 'http://10.0.0.1:5000/'])('take the mirror %s', (url) => {
    expect(problems({ engine: { registryMirrors: [url] } })).toEqual([]);
  });

  it.each(['mirror', '', 'ftp://x', 'https://', 'https://a b', 'https://a/path'])(
    'refuse the mirror "%s"',
    (url) => {
      expect(problem({ engine: { registryMirrors: [url] } })).toContain(
        `--engine-registry-mirror "${url}" must be a URL`,
      );
    },
  );

  it.each(['reg.example.org', 'reg:5000', '10.0.0.0/8', '[fd00::1]:5000'])(
    'take the insecure registry %s',
    (registry) => {
      expect(problems({ engine: { insecureRegistries: [registry] } })).toEqual([]);
    },
  );

  it.each(['', 'http://reg', 'a b', 'reg/path'])(
    'refuse the insecure registry "%s"',
    (registry) => {
      expect(problem({ engine: { insecureRegistries: [registry] } })).toContain(
        'must be HOST[:PORT] or a CIDR',
      );
    },
  );
});

describe('names in certificates', () => {
  it.each(['10.0.0.3', 'fd00::1', 'host', 'swarm.example.org', '*.example.org', 'A.b'])(
    'take %s',
    (san) => {
      expect(problems({ tlsSans: [san] })).toEqual([]);
    },
  );

  it.each(['', '-a', 'a..b', 'a b', 'under_score', 'http://a', 'ü.org', '10.0.0.1:80', '*', 'a.*'])(
    'refuse "%s"',
    (san) => {
      expect(problem({ tlsSans: [san] })).toBe(
        `--tls-san "${san}" is neither an IP address nor a DNS name`,
      );
    },
  );

  it.each(['10.0.0.300', '256.256.256.256', 'a.1', 'fe80::1%eth0'])(
    'refuse the mistyped address %s',
    (san) => {
      expect(problems({ tlsSans: [san] })).toHaveLength(1);
    },
  );

  it.each([`${'x'.repeat(64)}.org`, `${'abc.'.repeat(64)}org`])(
    'refuse the over-long %s, of which no certificate can be made',
    (san) => {
      expect(problems({ tlsSans: [san] })).toHaveLength(1);
    },
  );
});

describe('optionName', () => {
  it.each([
    ['heartbeat=5s', 'heartbeat'],
    ['--heartbeat=5s', 'heartbeat'],
    ['-H=x', 'H'],
    ['cluster-opt=a=b', 'cluster-opt'],
    ['debug', 'debug'],
    ['', ''],
  ])('of "%s" is "%s"', (option, name) => {
    expect(optionName(option)).toBe(name);
  });
});
