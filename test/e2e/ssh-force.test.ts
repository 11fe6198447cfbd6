import { cp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DestroyResult } from '../../src/actions/destroy-cluster.ts';
import { bestSwarm, sandbox } from '../helpers/settings.ts';
import { IMAGE_DEADLINE, SshPlace } from '../helpers/ssh-place.ts';
import { on, tracesOn } from '../helpers/traces.ts';
import { Workplace } from '../helpers/workplace.ts';
import type { SshHost } from '../sandbox/ssh-host.mjs';

let servers: SshPlace;
let place: Workplace;
let hosts: [SshHost, SshHost];
let before: string[];

beforeAll(async () => {
  servers = await SshPlace.open();
  place = await Workplace.open();
  hosts = await Promise.all([servers.start(), servers.start()]);
  before = await Promise.all(hosts.map(tracesOn));
}, IMAGE_DEADLINE);

afterAll(async () => {
  await place.close();
  await servers.close();
});

const create = (at = place) =>
  at.swarmctl([
    ...['create', 'web', '--discovery', 'etcd', '--etcd-image', sandbox.etcdImage()],
    ...[...bestSwarm.flags, '--ssh-key', servers.key, '--timeout', '2m'],
    ...hosts.flatMap(({ address }) => ['--host', `ssh://root@${address}`]),
  ]);

const away = (what: string) => on(hosts[1], `iptables ${what} INPUT -p tcp --dport 22 -j DROP`);

it('a server that does not answer keeps destroy from removing anything, and is named', async () => {
  expect((await create()).exitCode).toBe(0);
  await away('-I');
  const { exitCode, stderr } = await place.swarmctl([
    ...['destroy', 'web', '--yes', '--timeout', '15s'],
  ]);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/web-1: .*does not answer/);
  expect(stderr).toContain('nothing was removed');
  expect(stderr).toContain('swarmctl destroy web --force');
  expect(await on(hosts[0], 'docker ps --format {{.Names}}')).toContain('swarm-manager');
});

it('--force removes the rest, and says what is left and how it goes by hand', async () => {
  const { result } = await place.json<{ result: DestroyResult }>([
    'destroy',
    'web',
    '--yes',
    '--force',
  ]);
  expect(result).toMatchObject({ outcome: 'destroyed', left: [{ host: 'web-1' }] });
  expect(await tracesOn(hosts[0])).toBe(before[0]);
  expect((await place.swarmctl(['status', 'web'])).stderr).toContain('there is no cluster web');

  await away('-D');
  const commands = result.left[0]?.commands ?? [];
  expect(commands.join('\n')).toContain('docker rm --force --volumes swarm-agent');
  await on(hosts[1], commands.join('\n'));
  expect(await tracesOn(hosts[1])).toBe(before[1]);
});

it('a server that another cluster of the same name has taken is left to that', async () => {
  const elsewhere = await Workplace.open();
  try {
    expect((await create()).exitCode).toBe(0);
    const late = await create(elsewhere);
    expect(late.exitCode).toBe(3);
    expect(late.stderr).toContain('it belongs to a cluster web that');
    // The state is an old one by the time that the other machine has both servers.
    const state = path.join(place.home, '.swarmctl');
    await rename(state, `${state}.old`);
    await cp(`${state}.old`, state, { recursive: true });
    expect((await place.swarmctl(['destroy', 'web', '--yes'])).exitCode).toBe(0);
    await rm(state, { recursive: true });
    await rename(`${state}.old`, state);
    expect((await create(elsewhere)).exitCode).toBe(0);

    const { stdout, exitCode } = await place.swarmctl(['destroy', 'web', '--yes']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('web-1: it belongs to another cluster web by now');
    expect((await elsewhere.swarmctl(['status', 'web'])).exitCode).toBe(0);
    expect((await elsewhere.swarmctl(['destroy', 'web', '--yes'])).exitCode).toBe(0);
    expect(await Promise.all(hosts.map(tracesOn))).toEqual(before);
  } finally {
    await elsewhere.close();
  }
});
