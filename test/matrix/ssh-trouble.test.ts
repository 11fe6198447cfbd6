import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { fatalWay, RegistryPlace } from '../helpers/registry-place.ts';
import { sandbox } from '../helpers/settings.ts';
import { on } from '../helpers/traces.ts';
import { dockerAt } from '../sandbox/docker.mjs';
import type { SshHost } from '../sandbox/ssh-host.mjs';
import { NAME, Trial } from './ground.ts';
import { sshGround } from './ssh.ts';
import { randomKills } from './random-kills.ts';
import type { Trouble } from './troubles.ts';

const { ground, close } = await sshGround();
const [master, node] = ground.hosts as [SshHost, SshHost];
const registries = await RegistryPlace.open(ground.servers);
const trial = await Trial.on(ground);

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await trial.cleanUp();
});
afterAll(async () => {
  await trial.close();
  await registries.close();
  await close();
});

const docker = dockerAt(sandbox.engine());
const short = ['--timeout', '30s'];

const takesPort = `perl -MIO::Socket::INET -e '
  $taken = IO::Socket::INET->new(LocalPort => 3376, Listen => 1, ReuseAddr => 1) or die; sleep 300'`;

const troubles: Trouble[] = [
  {
    title: 'a server is killed, and comes back',
    during: `images ${NAME}-1`,
    happens: () => docker(['kill', node.name]),
    ends: async () => {
      await docker(['start', node.name]);
      await expect
        .poll(async () => on(node, 'docker info').catch(() => ''), { timeout: 60_000 })
        .toContain('Server Version');
      // Nobody starts a container that is not to be restarted.
      await on(node, 'docker start theirs');
    },
    flags: short,
  },
  {
    title: 'dockerd of a server is restarted',
    during: `images ${NAME}-1`,
    happens: () => on(node, 'systemctl restart docker; docker start theirs'),
  },
  {
    title: 'a server drops packets',
    during: `engine prepared ${NAME}-1`,
    happens: () => on(node, 'iptables -I INPUT -p tcp --dport 22 -j DROP'),
    ends: () => on(node, 'iptables -D INPUT -p tcp --dport 22 -j DROP'),
    flags: short,
  },
  {
    title: "the manager's port is taken",
    during: `engine prepared ${NAME}-m`,
    happens: () => on(master, `${takesPort} > /dev/null 2>&1 &`),
    ends: () => on(master, 'pkill perl'),
    flags: short,
  },
  {
    title: 'etcd is killed',
    during: `registered ${NAME}-1`,
    happens: () => on(master, 'docker kill etcd'),
    flags: short,
  },
  {
    title: 'the disk of a server is full',
    during: `engine ${NAME}-1`,
    happens: () => on(node, 'mount -t tmpfs -o size=4k tmpfs /var/lib/docker/tmp'),
    ends: () => on(node, 'umount /var/lib/docker/tmp'),
    flags: short,
  },
];

describe('servers: create goes on, and destroy leaves nothing, when', () => {
  it.each(troubles.map((trouble) => [trouble.title, trouble] as const))(
    '%s',
    async (_, trouble) => {
      await trial.getInto(trouble);
      await trial.leavesNothing();
      await trial.getInto(trouble);
      await trial.becomesHealthy();
      await trial.leavesNothing();
    },
  );

  it('a pull breaks off half-way', async () => {
    const address = await registries.addressFor(node);
    await registries.fill({ image: sandbox.etcdImage(), as: 'etcd:1' });
    const registry = await registries.registry(address, {});
    const way = await fatalWay(registry, 2_000_000);
    const flags = ['--etcd-image', `${way.name}/etcd:1`, '--engine-insecure-registry', way.name];
    try {
      const first = await trial.start(ground.create(NAME, flags));
      await registries.registry(address, { port: Number(registry.name.replace(/.*:/, '')) });
      expect(first.all).toMatch(/pulling it failed|healthy/);
      const second = await trial.start(ground.create(NAME, flags));
      expect(second.exitCode, second.all).toBe(0);
      await trial.leavesNothing();
    } finally {
      await way.close();
    }
  });

  it('two creates run at once', async () => {
    const both = await Promise.all([trial.start(), trial.start()]);
    const told = both.map(({ all }) => all).join('\n');
    expect(both.map(({ exitCode }) => exitCode).sort(), told).toEqual([0, 1]);
    expect(told).toContain('another swarmctl');
    await trial.becomesHealthy();
    await trial.leavesNothing();
  });
});

randomKills('servers', trial, 5000);
