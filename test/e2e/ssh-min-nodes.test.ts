import { afterAll, beforeAll, expect, it } from 'vitest';
import { bestSwarm, sandbox } from '../helpers/settings.ts';
import { IMAGE_DEADLINE, SshPlace } from '../helpers/ssh-place.ts';
import { on } from '../helpers/traces.ts';
import { Workplace } from '../helpers/workplace.ts';
import type { SshHost } from '../sandbox/ssh-host.mjs';

let servers: SshPlace;
let place: Workplace;
let hosts: [SshHost, SshHost, SshHost];

beforeAll(async () => {
  servers = await SshPlace.open();
  place = await Workplace.open();
  hosts = await Promise.all([servers.start(), servers.start(), servers.start()]);
}, IMAGE_DEADLINE);

afterAll(async () => {
  await place.close('web');
  await servers.close();
});

const create = (...flags: string[]) =>
  place.swarmctl([
    ...['create', 'web', '--discovery', 'etcd', '--etcd-image', sandbox.etcdImage()],
    ...[...bestSwarm.flags, '--ssh-key', servers.key, '--timeout', '3m'],
    ...hosts.flatMap(({ address }) => ['--host', `ssh://root@${address}`]),
    ...flags,
  ]);

const firewall = (what: string) =>
  on(hosts[2], `iptables ${what} INPUT -p tcp --dport 2376 ! -i lo -j DROP`);

it('more than there are is a usage error', async () => {
  const { exitCode, stderr } = await create('--min-nodes', '3');
  expect(exitCode).toBe(2);
  expect(stderr).toContain('--min-nodes 3: there are 2 nodes');
});

it('a node that the manager cannot reach fails create, and is done without where that is enough', async () => {
  await firewall('-I');
  const without = await create('--ignore-preflight', 'reach');
  expect(without.exitCode).toBe(1);
  expect(without.stderr).toContain('web-2: could not reach its engine');

  const smaller = await create('--ignore-preflight', 'reach', '--min-nodes', '1');
  expect(smaller.exitCode, smaller.stderr).toBe(0);
  expect(smaller.stderr).toContain('goes on without a node: web-2: could not reach its engine');
  const { stdout } = await place.dockerThrough('web', ['info']);
  expect(stdout.match(/Status: Healthy/g)).toHaveLength(1);
  const status = await place.swarmctl(['status', 'web']);
  expect(status.exitCode).toBe(4);
  expect(status.stdout).toContain('step "reach web-2" failed');
});

it('the same create adds it when it can', async () => {
  await firewall('-D');
  const { exitCode, stdout, stderr } = await create();
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toContain('Cluster web is healthy: 2 nodes');
});
