import { describe, expect, it } from 'vitest';
import { discoveryOf } from '../../../src/discovery/index.ts';
import { serviceOptions } from '../../../src/hosts/service.ts';
import { agentService, managerService } from '../../../src/swarm/services.ts';
import { hostOf, recordOf, TOKEN, type SpecChanges } from '../support/cluster.ts';

const tls = '/etc/swarmctl/tls';
const discovery = [
  `--discovery-opt=kv.cacertfile=${tls}/discovery/ca.pem`,
  `--discovery-opt=kv.certfile=${tls}/discovery/cert.pem`,
  `--discovery-opt=kv.keyfile=${tls}/discovery/key.pem`,
];
const given = { ca: 'CA', cert: 'CERT', key: 'KEY' };

function manager(changes: SpecChanges = {}) {
  const record = recordOf(changes);
  return managerService(record, discoveryOf(record.spec).wiring(record));
}

function agent(changes: SpecChanges = {}) {
  const record = recordOf(changes);
  const wiring = discoveryOf(record.spec).wiring(record);
  return agentService(record, hostOf(record, 'demo-2'), wiring);
}

const heartbeatOf = (command: readonly string[]) =>
  command.flatMap((word) => /^--heartbeat=(.*)$/.exec(word)?.[1] ?? []);

describe('the manager', () => {
  it('listens with TLS, verifies clients, and finds nodes in the store', () => {
    expect(manager({ swarm: { strategy: 'binpack' } })).toEqual({
      name: 'swarm-manager',
      image: 'swarm:1.2.9',
      command: [
        'manage',
        '--host',
        'tcp://0.0.0.0:3376',
        '--tlsverify',
        `--tlscacert=${tls}/manager/ca.pem`,
        `--tlscert=${tls}/manager/cert.pem`,
        `--tlskey=${tls}/manager/key.pem`,
        '--strategy',
        'binpack',
        '--heartbeat=25s',
        '--engine-refresh-min-interval=5s',
        '--engine-refresh-max-interval=10s',
        '--engine-failure-retry=3',
        ...discovery,
        'etcd://10.117.0.2:2379/demo',
      ],
      credentials: ['manager', 'discovery'],
    });
  });

  it.each([
    ['etcd', '25s'],
    ['zk', '25s'],
    ['etcd://10.0.0.5:2379', '25s'],
    ['consul://10.0.0.5:8500', '25s'],
    ['token', '5s'],
    ['token://10.0.0.5:3380/v1', '5s'],
    ['nodes', '5s'],
    ['file', '5s'],
  ])('asks %s every %s, or less often than agents register where it watches', (kind, every) => {
    expect(heartbeatOf(manager({ discovery: kind }).command)).toEqual([every]);
  });

  it.each(['etcd', 'zk', 'token', 'nodes', 'file'])(
    'of %s gives way to a flag the person sets, once, and keeps the other defaults',
    (kind) => {
      const { command } = manager({
        discovery: kind,
        swarm: { managerOptions: ['--heartbeat=9s'] },
      });
      expect(heartbeatOf(command)).toEqual(['9s']);
      expect(command).toContain('--engine-failure-retry=3');
    },
  );

  it('leaves the longest refresh to swarm when the person sets the shortest', () => {
    const { command } = manager({ swarm: { managerOptions: ['engine-refresh-min-interval=30s'] } });
    expect(command.filter((word) => word.includes('refresh'))).toEqual([
      '--engine-refresh-min-interval=30s',
    ]);
  });

  it("passes the person's flags in their order, repeated ones all, before the store's", () => {
    const managerOptions = [
      'cluster-opt=a=1',
      '-cluster-opt=b=2',
      'experimental',
      'discovery-opt=x=y',
    ];
    const { command } = manager({ swarm: { managerOptions } });
    const at = command.indexOf('--cluster-opt=a=1');
    expect(command.slice(at)).toEqual([
      '--cluster-opt=a=1',
      '--cluster-opt=b=2',
      '--experimental',
      '--discovery-opt=x=y',
      ...discovery,
      'etcd://10.117.0.2:2379/demo',
    ]);
  });
});

describe('the agent', () => {
  it("registers its host's address with a TTL of three heartbeats", () => {
    expect(agent()).toEqual({
      name: 'swarm-agent',
      image: 'swarm:1.2.9',
      command: [
        'join',
        '--advertise',
        '10.117.0.4:2376',
        '--heartbeat=20s',
        '--ttl=60s',
        ...discovery,
        'etcd://10.117.0.2:2379/demo',
      ],
      credentials: ['discovery'],
    });
  });

  it.each([
    ['etcd', '20s'],
    ['consul://10.0.0.5:8500', '20s'],
    ['token', '20s'],
    // Its entry lives as long as a session of 10 s.
    ['zk', '5s'],
    ['zk://10.0.0.5:2181', '5s'],
  ])('of %s registers every %s', (kind, every) => {
    const { command } = agent({ discovery: kind });
    expect(heartbeatOf(command)).toEqual([every]);
    expect(command).toContain('--ttl=60s');
  });

  it('gives way to flags the person sets', () => {
    const { command } = agent({ swarm: { agentOptions: ['ttl=5m', 'delay=1s'] } });
    expect(command.slice(3, 6)).toEqual(['--heartbeat=20s', '--ttl=5m', '--delay=1s']);
  });

  it.each(['etcd', 'zk', 'token'])(
    'of %s leaves a default that swarm would check against the new value to swarm',
    (kind) => {
      const { command } = agent({
        discovery: kind,
        swarm: { agentOptions: ['heartbeat=60s'] },
      });
      expect(heartbeatOf(command)).toEqual(['60s']);
      expect(command.join(' ')).not.toContain('--ttl');
    },
  );

  it('has nothing of the flags of the manager', () => {
    expect(agent({ swarm: { managerOptions: ['experimental'] } })).toEqual(agent());
  });
});

describe('what manager and agents are given for their discovery', () => {
  const PEMS = /--discovery-opt/;

  it.each([
    ['zk', null],
    ['zk://10.0.0.5:2181', null],
    ['etcd://10.0.0.5:2379', null],
    ['consul://10.0.0.5:8500', null],
    ['nodes', null],
    ['file', null],
    ['token://10.0.0.5:3380/v1', null],
  ])('is no certificate with %s', (kind, discoveryTls) => {
    const [m, a] = [manager({ discovery: kind, discoveryTls }), agent({ discovery: kind })];
    expect(m.credentials).toEqual(['manager']);
    expect(a.credentials).toEqual([]);
    expect([...m.command, ...a.command].join(' ')).not.toMatch(PEMS);
  });

  it.each(['etcd://10.0.0.5:2379', 'consul://10.0.0.5:8500'])(
    'is what the person gave, with %s',
    (kind) => {
      const changes = { discovery: kind, discoveryTls: given };
      for (const { command, credentials } of [manager(changes), agent(changes)]) {
        expect(command).toEqual(expect.arrayContaining(discovery));
        expect(credentials).toContain('discovery');
        // Paths, never what is in the files.
        expect(command.join(' ')).not.toMatch(/CERT|KEY/);
      }
    },
  );

  it.each([
    ['token', null],
    ['token://10.0.0.5:3380/v1', given],
  ])('is a CA in place of their own, with %s', (kind, discoveryTls) => {
    const changes = { discovery: kind, discoveryTls };
    for (const service of [manager(changes), agent(changes)]) {
      expect(service.credentials).toContain('discovery');
      expect(service.command.join(' ')).not.toMatch(PEMS);
      const { Env, HostConfig } = serviceOptions(service, 'demo');
      expect(Env).toEqual([`SSL_CERT_FILE=${tls}/discovery/ca.pem`]);
      expect(HostConfig?.Binds).toContain(
        `${tls}/discovery/ca.pem:/etc/ssl/certs/ca-certificates.crt:ro`,
      );
    }
  });

  it('is the folder of the list for a manager that reads one', () => {
    const { command, mounts } = manager({ discovery: 'file' });
    const file = (command.at(-1) ?? '').replace('file://', '');
    expect(file).toMatch(/^\//);
    expect(mounts).toEqual([file.replace(/\/[^/]+$/, '')]);
  });
});

it.each([
  ['etcd', 'etcd://10.117.0.2:2379/demo'],
  ['zk', 'zk://10.117.0.2:2181/demo'],
  ['token', `token://10.117.0.2:3380/v1/${TOKEN}`],
  ['nodes', 'nodes://10.117.0.3:2376,10.117.0.4:2376'],
  ['file', 'file:///etc/swarmctl/discovery/nodes'],
  ['etcd://a:1,b:2/team', 'etcd://a:1,b:2/team/demo'],
])('the last argument of the manager of %s is %s', (kind, url) => {
  expect(manager({ discovery: kind }).command.at(-1)).toBe(url);
});
