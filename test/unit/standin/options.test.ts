import { describe, expect, it } from 'vitest';
import { readJoinOptions, readListOptions, readManageOptions } from '../../standin/cli/options.ts';
import { FatalError, UsageError } from '../../standin/cli/fatal.ts';

const etcd = 'etcd://10.0.0.1:2379/blue';
const split = (line: string) => line.split(' ');
const manage = (line: string) => readManageOptions(split(line), {});
const join = (line: string, env = {}) => readJoinOptions(split(line), env);

describe('manage', () => {
  it('reads the command line swarmctl runs it with', () => {
    const options = manage(
      '-H tcp://0.0.0.0:3376 --tlsverify --tlscacert=/ca.pem --tlscert=/cert.pem --tlskey=/key.pem ' +
        '--strategy spread --heartbeat 5s --engine-refresh-min-interval 5s ' +
        '--engine-refresh-max-interval 10s --engine-failure-retry 3 ' +
        `--discovery-opt kv.cacertfile=/ca.pem --discovery-opt kv.keyfile=/key.pem ${etcd}`,
    );
    expect(options).toMatchObject({
      hosts: ['tcp://0.0.0.0:3376'],
      tls: { ca: '/ca.pem', cert: '/cert.pem', key: '/key.pem', verify: true },
      discovery: etcd,
      heartbeatMs: 5000,
      refreshMinMs: 5000,
      refreshMaxMs: 10_000,
      failureRetry: 3,
    });
    expect([...options.discoveryOpts]).toEqual([
      ['kv.cacertfile', '/ca.pem'],
      ['kv.keyfile', '/key.pem'],
    ]);
  });

  it('takes flags after the discovery URL when none stand before it', () => {
    expect(manage(`${etcd} --heartbeat=5s`)).toMatchObject({ discovery: etcd, heartbeatMs: 5000 });
  });

  it('does not find the discovery URL between flags', () => {
    expect(() => manage(`--heartbeat 5s ${etcd} --strategy spread`)).toThrow(
      "discovery required to manage a cluster. See 'swarm manage --help'.",
    );
  });

  it('listens where the environment says unless told otherwise', () => {
    const env = { SWARM_HOST: ':2375' };
    expect(readManageOptions([etcd], env).hosts).toEqual([':2375']);
    expect(readManageOptions(['-H', ':3376', etcd], env).hosts).toEqual([':3376']);
  });

  it.each([
    ['--tlsverify', '--tlscert and --tlskey must be provided when using --tls'],
    ['--tlsverify --tlscert c --tlskey k', '--tlscacert must be provided when using --tlsverify'],
    [
      '--tlscert c',
      '--tlscert, --tlskey and --tlscacert require the use of either --tls or --tlsverify',
    ],
    ['--strategy fastest', 'strategy not supported'],
    ['--filter colour', 'filter not supported'],
    ['--cluster-driver mesos', 'unsupported cluster "mesos"'],
    ['--heartbeat 500ms', '--heartbeat should be at least one second'],
    ['--heartbeat 5', 'invalid --heartbeat: time: missing unit in duration "5"'],
    ['--engine-refresh-min-interval 30', 'min refresh interval should be a positive number'],
    [
      '--engine-refresh-max-interval 1s',
      'max refresh interval cannot be less than min refresh interval',
    ],
    ['--engine-failure-retry 0', 'invalid failure retry count'],
    ['--discovery-opt kv.path', '--discovery-opt must contain key=value strings'],
    ['--replication', 'this stand-in does not replicate managers'],
  ])('refuses %s', (flags, message) => {
    expect(() => manage(`${flags} ${etcd}`)).toThrow(new FatalError(message));
  });

  it('tells flags it does not know from values it does not like', () => {
    expect(() => manage(`--colour blue ${etcd}`)).toThrow(UsageError);
    expect(() => manage(`--engine-failure-retry x ${etcd}`)).toThrow(UsageError);
  });
});

describe('join', () => {
  it('reads the command line swarmctl runs it with', () => {
    expect(join(`--advertise 10.0.0.2:2376 --heartbeat 20s --ttl 60s ${etcd}`)).toMatchObject({
      advertise: '10.0.0.2:2376',
      heartbeatMs: 20_000,
      ttlMs: 60_000,
      discovery: etcd,
    });
  });

  it('takes what is missing from the environment', () => {
    const env = { SWARM_DISCOVERY: etcd, SWARM_ADVERTISE: '10.0.0.2:2376' };
    expect(readJoinOptions([], env)).toMatchObject({ advertise: '10.0.0.2:2376', ttlMs: 180_000 });
  });

  it.each([
    [etcd, 'missing mandatory --advertise flag'],
    [`--advertise n1 ${etcd}`, '--advertise should be of the form ip:port or hostname:port'],
    [`--advertise n1:0 ${etcd}`, '--advertise should be of the form ip:port or hostname:port'],
    [
      `--advertise n1:1 --heartbeat 20s --ttl 20s ${etcd}`,
      '--ttl must be strictly superior to the heartbeat value',
    ],
    [`--advertise n1:1 --ttl 90 ${etcd}`, 'invalid --ttl: time: missing unit in duration "90"'],
    [
      `--advertise n1:1 ${etcd} second`,
      "discovery required to join a cluster. See 'swarm join --help'.",
    ],
  ])('refuses %s', (line, message) => {
    expect(() => join(line)).toThrow(new FatalError(message));
  });
});

describe('list', () => {
  it('needs a discovery URL', () => {
    expect(() => readListOptions([], {})).toThrow(
      "discovery required to list a cluster. See 'swarm list --help'.",
    );
    expect(readListOptions([etcd], {}).timeoutMs).toBe(10_000);
  });
});
