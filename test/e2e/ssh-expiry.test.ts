import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ExpiringCluster } from '../../src/actions/remove-expired.ts';
import { bestSwarm, sandbox } from '../helpers/settings.ts';
import { IMAGE_DEADLINE, SshPlace } from '../helpers/ssh-place.ts';
import { on, tracesOn } from '../helpers/traces.ts';
import { Workplace } from '../helpers/workplace.ts';
import type { SshHost } from '../sandbox/ssh-host.mjs';

let servers: SshPlace;
let place: Workplace;
let elsewhere: Workplace;
let hosts: [SshHost, SshHost];
let before: string[];

beforeAll(async () => {
  servers = await SshPlace.open();
  place = await Workplace.open();
  elsewhere = await Workplace.open();
  hosts = await Promise.all([servers.start(), servers.start()]);
  before = await Promise.all(hosts.map(tracesOn));
}, IMAGE_DEADLINE);

afterAll(async () => {
  await place.close();
  await elsewhere.close();
  await servers.close();
});

const create = (...flags: string[]) =>
  place.swarmctl([
    ...['create', 'web', '--discovery', 'etcd', '--etcd-image', sandbox.etcdImage()],
    ...[...bestSwarm.flags, '--ssh-key', servers.key, '--timeout', '2m'],
    ...hosts.flatMap(({ address }) => ['--host', `ssh://root@${address}`]),
    ...flags,
  ]);

/** Of a machine that knows nothing of the cluster, told of these servers. */
const gc = async (addresses: readonly string[], ...flags: string[]) => {
  const { exitCode, stdout } = await elsewhere.swarmctl([
    ...['gc', '--json', '--ssh-key', servers.key, '--timeout', '1m', ...flags],
    ...addresses.flatMap((address) => ['--host', `ssh://root@${address}`]),
  ]);
  const { result } = JSON.parse(stdout) as { result: ExpiringCluster[] };
  return { exitCode, told: result.map(({ name, outcome }) => `${name} ${outcome}`) };
};

it('a cluster of servers has a docker context, and lives as long as its ttl says', async () => {
  const made = await create('--ttl', '2h');
  expect(made.exitCode, made.stderr).toBe(0);
  expect(made.stdout).toContain('It expires in 1h59m');
  const info = await place.docker('--context', 'swarmctl-web', 'info');
  expect(info).toContain('Status: Healthy');
  expect((await place.swarmctl(['status', 'web'])).stdout).toContain('Expires    in 1h5');
  expect(await gc([hosts[1].address])).toEqual({ exitCode: 0, told: ['web alive'] });
});

it('which can be changed, and then gc removes it from any of its servers', async () => {
  const changed = await create('--ttl', '1s', '--yes');
  expect(changed.exitCode, changed.stderr).toBe(0);
  expect(await gc([hosts[1].address], '--dry-run')).toEqual({ exitCode: 0, told: ['web expired'] });
  expect(await on(hosts[0], 'docker ps --format {{.Names}}')).toContain('swarm-manager');
  // A server that is gone keeps it from nothing, and is told.
  expect(await gc(['10.117.0.250', hosts[1].address])).toEqual({
    exitCode: 1,
    told: ['ssh://root@10.117.0.250 failed', 'web removed'],
  });
  expect(await Promise.all(hosts.map(tracesOn))).toEqual(before);
  expect(await gc([hosts[1].address])).toEqual({ exitCode: 0, told: [] });
});

it('which the machine that made it takes for gone by then', async () => {
  const { exitCode, stdout } = await place.swarmctl(['gc']);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/web +removed/);
  expect((await place.swarmctl(['ls'])).stdout).not.toContain('web');
});
