import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Switched } from '../../src/actions/switch-hosts.ts';
import { bestSwarm, sandbox } from '../helpers/settings.ts';
import { IMAGE_DEADLINE, SshPlace } from '../helpers/ssh-place.ts';
import { on } from '../helpers/traces.ts';
import { Workplace } from '../helpers/workplace.ts';
import type { SshHost } from '../sandbox/ssh-host.mjs';

let servers: SshPlace;
let place: Workplace;
let hosts: [SshHost, SshHost];

beforeAll(async () => {
  servers = await SshPlace.open();
  place = await Workplace.open();
  hosts = await Promise.all([servers.start(), servers.start()]);
  const made = await place.swarmctl([
    ...['create', 'web', '--discovery', 'etcd', '--etcd-image', sandbox.etcdImage()],
    ...[...bestSwarm.flags, '--ssh-key', servers.key, '--image-archive', sandbox.sleeperArchive()],
    ...hosts.flatMap(({ address }) => ['--host', `ssh://root@${address}`]),
  ]);
  expect(made.exitCode, made.stderr).toBe(0);
}, IMAGE_DEADLINE);

afterAll(async () => {
  await place.close('web');
  await servers.close();
});

const running = (host: SshHost) => on(host, "docker ps --format '{{.Names}}' | sort");
const status = async () => place.status('web');

it("stop ends swarm's containers on servers, and nothing else there", async () => {
  const [, node] = hosts;
  await on(node, `docker run -d --name theirs ${sandbox.sleeperImage()} sleep 100000`);
  expect(await running(node)).toBe('swarm-agent\ntheirs');
  const { result } = await place.json<{ result: Switched[] }>(['stop', 'web']);
  expect(result).toEqual([
    { cluster: 'web', hosts: ['web-m', 'web-1'], changed: true, servers: ['web-m', 'web-1'] },
  ]);
  expect(await Promise.all(hosts.map(running))).toEqual(['', 'theirs']);
  expect((await status()).health).toBe('down');
});

it('what is stopped stays so when Docker starts again', async () => {
  const [master, node] = hosts;
  await Promise.all(hosts.map((host) => on(host, 'systemctl restart docker')));
  expect(await running(master)).toBe('');
  expect(await running(node)).not.toContain('swarm-agent');
});

it('start starts it, and what runs comes back with Docker', async () => {
  const started = await place.swarmctl(['start', 'web']);
  expect(started.exitCode, started.stderr).toBe(0);
  expect((await status()).health).toBe('healthy');
  const [master] = hosts;
  await on(master, 'systemctl restart docker');
  await expect.poll(() => running(master), { timeout: 30_000 }).toBe('etcd\nswarm-manager');
  const healed = await place.swarmctl(['status', 'web', '--wait', 'healthy', '--timeout', '90s']);
  expect(healed.exitCode, healed.stderr).toBe(0);
});

it('restart of one server leaves the other alone', async () => {
  const [master, node] = hosts;
  const since = (host: SshHost, name: string) =>
    on(host, `docker inspect --format '{{.State.StartedAt}}' ${name}`);
  const before = await Promise.all([since(master, 'swarm-manager'), since(node, 'swarm-agent')]);
  const outcome = await place.swarmctl(['restart', 'web-1']);
  expect(outcome.exitCode, outcome.stderr).toBe(0);
  expect(await since(master, 'swarm-manager')).toBe(before[0]);
  expect(await since(node, 'swarm-agent')).not.toBe(before[1]);
  expect((await status()).health).toBe('healthy');
});
