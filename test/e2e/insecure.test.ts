import { afterAll, beforeAll, expect, it } from 'vitest';
import { bestSwarm, sandbox } from '../helpers/settings.ts';
import { IMAGE_DEADLINE, SshPlace } from '../helpers/ssh-place.ts';
import { on } from '../helpers/traces.ts';
import { Workplace } from '../helpers/workplace.ts';
import type { SshHost } from '../sandbox/ssh-host.mjs';

let servers: SshPlace;
let place: Workplace;
let hosts: SshHost[];

beforeAll(async () => {
  servers = await SshPlace.open();
  place = await Workplace.open();
  hosts = await Promise.all([servers.start(), servers.start()]);
  const plain = `mkdir /etc/systemd/system/docker.service.d
    printf '[Service]\\nExecStart=\\nExecStart=/usr/sbin/dockerd -H fd:// -H tcp://0.0.0.0:2375\\n' \\
      > /etc/systemd/system/docker.service.d/plain.conf
    systemctl daemon-reload; systemctl restart docker`;
  await Promise.all(hosts.map((host) => on(host, plain)));
}, IMAGE_DEADLINE);

afterAll(async () => {
  await place.close('plain');
  await servers.close();
});

function create(...more: string[]): string[] {
  return [
    ...['create', 'plain', '--etcd-image', sandbox.etcdImage(), ...bestSwarm.flags],
    ...['--image-archive', sandbox.sleeperArchive(), '--timeout', '90s', ...more],
    ...hosts.flatMap(({ address }) => ['--host', `tcp://${address}:2375`]),
  ];
}

it('engines without TLS are refused, before anything is done', async () => {
  const { exitCode, stderr } = await place.swarmctl(create());
  expect(exitCode).toBe(2);
  expect(stderr).toContain('needs --tls-ca-cert, --tls-cert and --tls-key');
  expect(stderr).toContain('--insecure');
});

it('with --insecure they are a cluster, which is said loudly, used without TLS, and goes', async () => {
  const created = await place.swarmctl(create('--insecure'));
  expect(created.stderr).toContain(
    'Warning: --insecure: neither the engines nor the manager have TLS',
  );
  expect(created.stdout).toContain('Cluster plain is healthy: 1 node');

  const result = await place.status('plain');
  expect(result).toMatchObject({ health: 'healthy', problems: [] });
  const run = ['run', '--detach', '--name', 'mine', sandbox.sleeperImage(), 'sleep', '600'];
  expect(await place.dockerThrough('plain', run)).toMatchObject({ exitCode: 0 });
  await place.dockerThrough('plain', ['rm', '--force', 'mine']);

  expect((await place.swarmctl(['destroy', 'plain', '--yes'])).exitCode).toBe(0);
  for (const host of hosts) {
    expect(await on(host, 'docker ps -aq; docker volume ls -q; docker images -q')).toBe('');
  }
});
