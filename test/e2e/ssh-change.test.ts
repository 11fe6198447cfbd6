import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bestSwarm, sandbox } from '../helpers/settings.ts';
import { IMAGE_DEADLINE, SshPlace } from '../helpers/ssh-place.ts';
import { Workplace } from '../helpers/workplace.ts';
import type { SshHost } from '../sandbox/ssh-host.mjs';

let servers: SshPlace;
let place: Workplace;
let hosts: SshHost[];
let untouched: string[];

beforeAll(async () => {
  servers = await SshPlace.open();
  place = await Workplace.open();
  hosts = await Promise.all([1, 2, 3].map(() => servers.start()));
  untouched = await Promise.all(hosts.map(found));
}, IMAGE_DEADLINE);

afterEach(async () => {
  await place.swarmctl(['destroy', 'move', '--yes']);
});

afterAll(async () => {
  await place.close();
  await servers.close();
});

/** How a host is found by somebody who looks: files, containers, volumes, images, ports. */
async function found(host: SshHost): Promise<string> {
  return host.exec(
    'sh',
    '-c',
    `ls -d /etc/swarmctl /etc/systemd/system/docker.service.d /etc/docker/daemon.json 2> /dev/null
     docker ps -aq; docker volume ls -q; docker images -q
     ss -Hltn 'sport = :2376 or sport = :3376 or sport = :3377 or sport = :2379'`,
  );
}

/** Since when dockerd runs, and since when what runs on it, by name. */
async function since(host: SshHost | undefined): Promise<string> {
  const script =
    "systemctl show -p MainPID docker; docker inspect -f '{{.Name}} {{.Id}} {{.State.StartedAt}}' $(docker ps -q)";
  return (await host?.exec('sh', '-c', script)) ?? '';
}

async function apply(yaml: string, ...more: string[]) {
  const file = path.join(place.home, 'swarmctl.yaml');
  await mkdir(place.home, { recursive: true });
  await writeFile(file, yaml);
  return place.swarmctl([
    ...['create', '-f', file, '--etcd-image', sandbox.etcdImage(), '--ssh-key', servers.key],
    ...bestSwarm.flags,
    ...['--image-archive', sandbox.sleeperArchive(), '--timeout', '3m'],
    ...more,
  ]);
}

/** A cluster file with these of the servers, each with its labels. */
function file(labels: readonly (string | undefined)[], further = ''): string {
  const entries = labels.flatMap((label, index) =>
    label === undefined
      ? []
      : [
          `  - url: ssh://root@${hosts[index]?.address ?? ''}`,
          ...(label === '' ? [] : [`    engine: { labels: { disk: ${label} } }`]),
        ],
  );
  return ['version: 1', 'name: move', 'discovery: etcd', 'hosts:', ...entries, further, ''].join(
    '\n',
  );
}

async function expectHealthy() {
  const { stdout, exitCode } = await place.swarmctl(['status', 'move']);
  expect(stdout).toContain('move: healthy');
  expect(exitCode).toBe(0);
}

describe('a cluster of servers whose spec changes', () => {
  it('takes a host in and lets one go, which is left as it was found', async () => {
    expect((await apply(file(['', '']))).exitCode).toBe(0);
    const master = await since(hosts[0]);
    const node = await since(hosts[1]);

    const grown = await apply(file(['', '', '']), '--yes');
    expect(grown.exitCode, grown.stderr).toBe(0);
    expect([await since(hosts[0]), await since(hosts[1])]).toEqual([master, node]);
    await expectHealthy();
    expect((await apply(file(['', '', '']))).stdout).toContain('Nothing to do');

    const third = await since(hosts[2]);
    const shrunk = await apply(file(['', undefined, '']), '--yes');
    expect(shrunk.exitCode, shrunk.stderr).toBe(0);
    expect([await since(hosts[0]), await since(hosts[2])]).toEqual([master, third]);
    expect(await Promise.all(hosts.slice(1, 2).map(found))).toEqual(untouched.slice(1, 2));
    await expectHealthy();
    expect((await apply(file(['', undefined, '']))).stdout).toContain('Nothing to do');

    await place.swarmctl(['destroy', 'move', '--yes']);
    expect(await Promise.all(hosts.map(found))).toEqual(untouched);
  });

  it('restarts the engine of the one host whose label changes, and what ran there runs again', async () => {
    expect((await apply(file(['', '', '']))).exitCode).toBe(0);
    const before = await Promise.all(hosts.map(since));
    await hosts[1]?.exec(
      'docker',
      'run',
      '-d',
      '--name',
      'mine',
      sandbox.sleeperImage(),
      'sleep',
      '900',
    );
    const changed = await apply(file(['', 'ssd', '']), '--yes');
    expect(changed.exitCode, changed.stderr).toBe(0);
    expect([await since(hosts[0]), await since(hosts[2])]).toEqual([before[0], before[2]]);
    expect(await since(hosts[1])).not.toBe(before[1]);
    expect(await since(hosts[1])).toContain('/mine ');
    const labels = () => hosts[1]?.exec('docker', 'info', '--format', '{{.Labels}}');
    expect(await labels()).toContain('disk=ssd');
    const back = await apply(file(['', '', '']), '--yes');
    expect(back.exitCode, back.stderr).toBe(0);
    expect(await labels()).not.toContain('disk=ssd');
    await expectHealthy();
    await hosts[1]?.exec('docker', 'rm', '-f', 'mine');
  });

  it('moves the manager to another port, and gives certificates further names', async () => {
    expect((await apply(file(['', '']))).exitCode).toBe(0);
    const node = await since(hosts[1]);
    const moved = await apply(file(['', ''], 'ports: { manager: 3377 }'), '--yes');
    expect(moved.exitCode, moved.stderr).toBe(0);
    expect(moved.stdout).toContain(':3377');
    expect(await since(hosts[1])).toBe(node);
    await expectHealthy();

    const sans = 'ports: { manager: 3377 }\ntls: { sans: [swarm.example.org] }';
    const named = await apply(file(['', ''], sans), '--yes');
    expect(named.exitCode, named.stderr).toBe(0);
    for (const at of ['127.0.0.1:2376', '127.0.0.1:3377']) {
      const show = 'openssl s_client -connect "$1" < /dev/null 2>&1 | openssl x509 -noout -text';
      const shown = await hosts[0]?.exec('sh', '-c', show, 'sh', at);
      expect(shown, at).toContain('DNS:swarm.example.org');
    }
    await expectHealthy();
    expect((await apply(file(['', ''], sans))).stdout).toContain('Nothing to do');
  });

  it('refuses another master, and changes nothing', async () => {
    expect((await apply(file(['', '']))).exitCode).toBe(0);
    const before = await Promise.all(hosts.slice(0, 2).map(since));
    const { exitCode, stderr } = await apply(file([undefined, '', '']), '--yes');
    expect(exitCode).toBe(3);
    expect(stderr).toContain('the master, ssh://root@');
    expect(await Promise.all(hosts.slice(0, 2).map(since))).toEqual(before);
  });
});
