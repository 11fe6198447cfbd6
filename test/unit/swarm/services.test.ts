import { describe, expect, it } from 'vitest';
import { etcd } from '../../../src/discovery/etcd.ts';
import { agentService, managerService } from '../../../src/swarm/services.ts';
import { hostOf, recordOf, type SpecChanges } from '../support/cluster.ts';

const tls = '/etc/swarmctl/tls';
const discovery = [
  `--discovery-opt=kv.cacertfile=${tls}/discovery/ca.pem`,
  `--discovery-opt=kv.certfile=${tls}/discovery/cert.pem`,
  `--discovery-opt=kv.keyfile=${tls}/discovery/key.pem`,
];

function manager(changes: SpecChanges = {}) {
  const record = recordOf(changes);
  return managerService(record, etcd.wiring(record));
}

function agent(changes: SpecChanges = {}) {
  const record = recordOf(changes);
  return agentService(record, hostOf(record, 'demo-2'), etcd.wiring(record));
}

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
        '--heartbeat=5s',
        '--engine-refresh-min-interval=5s',
        '--engine-refresh-max-interval=10s',
        '--engine-failure-retry=3',
        ...discovery,
        'etcd://10.117.0.2:2379/demo',
      ],
      credentials: ['manager', 'discovery'],
    });
  });

  it('gives way to a flag the person sets, once, and keeps the other defaults', () => {
    const { command } = manager({ swarm: { managerOptions: ['--heartbeat=9s'] } });
    expect(command.filter((word) => word.includes('heartbeat'))).toEqual(['--heartbeat=9s']);
    expect(command).toContain('--engine-failure-retry=3');
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

  it('gives way to flags the person sets', () => {
    const { command } = agent({ swarm: { agentOptions: ['ttl=5m', 'delay=1s'] } });
    expect(command.slice(3, 6)).toEqual(['--heartbeat=20s', '--ttl=5m', '--delay=1s']);
  });

  it('leaves a default that swarm would check against the new value to swarm', () => {
    const { command } = agent({ swarm: { agentOptions: ['heartbeat=60s'] } });
    expect(command).toContain('--heartbeat=60s');
    expect(command.join(' ')).not.toContain('--ttl');
  });

  it('has nothing of the flags of the manager', () => {
    expect(agent({ swarm: { managerOptions: ['experimental'] } })).toEqual(agent());
  });
});
