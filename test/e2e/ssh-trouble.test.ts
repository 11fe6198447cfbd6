import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bestSwarm, sandbox } from '../helpers/settings.ts';
import { IMAGE_DEADLINE, SshPlace } from '../helpers/ssh-place.ts';
import { on, tracesOn } from '../helpers/traces.ts';
import { Workplace } from '../helpers/workplace.ts';
import type { SshHost } from '../sandbox/ssh-host.mjs';

let servers: SshPlace;
let place: Workplace;
let hosts: SshHost[];
let before: string[];

beforeAll(async () => {
  servers = await SshPlace.open();
  place = await Workplace.open();
  hosts = await Promise.all([servers.start(), servers.start()]);
  const settled = 'until [ "$(systemctl is-active docker)" = active ]; do sleep 0.2; done';
  await Promise.all(hosts.map((host) => on(host, settled)));
  before = await Promise.all(hosts.map(tracesOn));
}, IMAGE_DEADLINE);

afterAll(async () => {
  await place.close();
  await servers.close();
});

// Whatever the trouble was: the hosts are as they were, and no cluster is there.
afterEach(async () => {
  expect(await Promise.all(hosts.map(tracesOn))).toEqual(before);
  expect((await place.swarmctl(['ls'])).stdout).not.toContain('web');
});

const knownHosts = () => path.join(place.home, '.swarmctl/known_hosts/web');

/** Tries to create a cluster, within a time. */
async function create({ key = servers.key, flags = [] as string[], seconds = 20 } = {}) {
  const started = Date.now();
  const outcome = await place.swarmctl([
    ...['create', 'web', '--etcd-image', sandbox.etcdImage(), ...bestSwarm.flags],
    ...['--ssh-key', key, '--timeout', '20s', ...flags],
    ...hosts.flatMap(({ address }) => ['--host', `ssh://root@${address}`]),
  ]);
  expect(Date.now() - started).toBeLessThan(seconds * 1000);
  return outcome;
}

describe('create', () => {
  it('says at once which key no host takes', async () => {
    const key = await servers.makeKey('stranger');
    const { exitCode, stderr } = await create({ key, seconds: 8 });
    expect(exitCode).toBe(3);
    for (const name of ['web-m', 'web-1']) {
      expect(stderr).toContain(`ssh: ${name}: cannot connect to`);
    }
    expect(stderr).toContain('it does not let root in (it takes: publickey');
  });

  it('says that a key has a passphrase, and asks nobody where there is no terminal', async () => {
    const key = await servers.makeKey('locked', 'secret');
    const { exitCode, stderr } = await create({ key, seconds: 8 });
    expect(exitCode).toBe(3);
    expect(stderr).toContain('has a passphrase, and no agent holds it');
    expect(stderr).toContain('ssh-add');
  });

  it('refuses a host whose key has changed, with the way to forget the old one', async () => {
    // As if the first host had once shown the key of the second.
    const [kind = '', key = ''] = (
      await on(hosts[1] ?? fail(), 'cat /etc/ssh/ssh_host_ed25519_key.pub')
    ).split(' ');
    await mkdir(path.dirname(knownHosts()), { recursive: true });
    await writeFile(knownHosts(), `${hosts[0]?.address ?? ''} ${kind} ${key}\n`);
    const { exitCode, stderr } = await create({ seconds: 8 });
    // What the cluster's name has noted of hosts goes with it, also when it never came to be.
    expect((await place.swarmctl(['destroy', 'web', '--yes'])).exitCode).toBe(0);
    expect(existsSync(knownHosts())).toBe(false);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('its host key is another than the one known from');
    expect(stderr).toContain(`ssh-keygen -R`);
  });

  it('gives up a host that drops packets before the time is over, and reports the others', async () => {
    const [master, node] = hosts;
    await on(node ?? fail(), 'iptables -I INPUT -p tcp --dport 22 -j DROP');
    await on(master ?? fail(), 'docker volume create --label io.swarmctl.cluster=old swarmctl');
    const { exitCode, stderr } = await create();
    await on(node ?? fail(), 'iptables -D INPUT -p tcp --dport 22 -j DROP');
    await on(master ?? fail(), 'docker volume rm swarmctl');
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/ssh: web-1: cannot connect to .*: the host does not answer/);
    expect(stderr).toContain('foreign-swarm: web-m: it belongs to cluster old');
  });

  it('refuses a host whose disk is full', async () => {
    const node = hosts[1] ?? fail();
    const stop = 'systemctl stop docker.socket docker';
    await on(
      node,
      `${stop}; mount -t tmpfs -o size=100m tmpfs /var/lib/docker; systemctl start docker`,
    );
    const { exitCode, stderr } = await create();
    await on(node, `${stop}; umount /var/lib/docker; systemctl start docker.socket docker`);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/disk: web-1: Docker's disk has \d+ MiB free/);
  });

  it('puts the engine back where it does not start as asked for, with its reason', async () => {
    const { exitCode, stderr } = await create({ flags: ['--engine-opt', 'no-such-option=1'] });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('no-such-option');
    expect((await place.swarmctl(['destroy', 'web', '--yes'])).exitCode).toBe(0);
  });
});

function fail(): never {
  throw new Error('no such host');
}
