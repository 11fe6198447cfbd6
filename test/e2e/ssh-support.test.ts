import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SupportBundle } from '../../src/actions/support-bundle.ts';
import { bestSwarm, sandbox } from '../helpers/settings.ts';
import { IMAGE_DEADLINE, SshPlace } from '../helpers/ssh-place.ts';
import { keyLinesBelow, unpackBundle } from '../helpers/unpack-bundle.ts';
import { Workplace } from '../helpers/workplace.ts';
import type { SshHost } from '../sandbox/ssh-host.mjs';

const cluster = 'far';
let servers: SshPlace;
let place: Workplace;
let hosts: SshHost[];

beforeAll(async () => {
  servers = await SshPlace.open();
  place = await Workplace.open();
  hosts = await Promise.all([1, 2].map(() => servers.start()));
}, IMAGE_DEADLINE);

afterAll(async () => {
  await place.close(cluster);
  await servers.close();
});

function create(...more: string[]) {
  return place.swarmctl([
    ...['create', cluster, '--discovery', 'etcd', '--etcd-image', sandbox.etcdImage()],
    ...['--ssh-key', servers.key, ...bestSwarm.flags, '--timeout', '3m'],
    ...['--engine-env', 'DB_PASSWORD=sesame-4711'],
    ...hosts.flatMap(({ address }) => ['--host', `ssh://root@${address}`]),
    ...more,
  ]);
}

async function support(output: string): Promise<SupportBundle> {
  const file = path.join(place.home, output);
  const command = ['support', cluster, '--timeout', '12s', '--output', file];
  return (await place.json<{ result: SupportBundle }>(command)).result;
}

it('a failure on servers leaves what dockerd said there', async () => {
  const { exitCode, stderr } = await create('--engine-opt', 'nosuchflag=1');
  expect(exitCode).toBe(1);
  const file = /^Support bundle: (.*)$/m.exec(stderr)?.[1] ?? '';
  const texts = await unpackBundle(file);
  expect(texts.get('hosts/far-1/dockerd.log')).toContain('nosuchflag');
  expect((await place.swarmctl(['destroy', cluster, '--yes'])).exitCode).toBe(0);
});

it('of servers a bundle has engines, containers and the journal of dockerd, and no key', async () => {
  const made = await create();
  expect(made.exitCode, made.stderr).toBe(0);
  const { file, problems } = await support('out.tar.gz');
  expect(problems).toEqual([]);
  const texts = await unpackBundle(file);
  for (const host of ['far-m', 'far-1']) {
    expect(texts.get(`hosts/${host}/dockerd.log`)).toContain('level=info');
    expect(texts.get(`hosts/${host}/certificate.json`)).toContain(`CN=${host}`);
    expect(texts.get(`hosts/${host}/info.json`)).toContain('"ServerVersion"');
  }
  expect(texts.get('hosts/far-1/swarm-agent.log')).toContain('Registering');
  const all = [...texts.values()].join('\n');
  const lines = await keyLinesBelow(path.join(place.home, '.swarmctl/clusters', cluster));
  expect(lines.length).toBeGreaterThan(5);
  const own = (await readFile(servers.key, 'utf8')).split('\n').slice(1, -2);
  for (const secret of [...lines, ...own, 'sesame-4711']) {
    expect(all.includes(secret), secret).toBe(false);
  }
});

it('a server that is gone is named, and the other one is in it all the same', async () => {
  await hosts[1]?.exec('systemctl', 'stop', 'ssh.socket', 'ssh.service').catch(() => undefined);
  const { file, problems } = await support('gone.tar.gz');
  expect(problems).toEqual(
    expect.arrayContaining([expect.objectContaining({ host: 'far-1', what: 'the engine' })]),
  );
  const texts = await unpackBundle(file);
  expect(texts.get('hosts/far-m/dockerd.log')).toContain('level=info');
  expect(texts.get('cluster/status.json')).toContain('far-1');
  await hosts[1]?.exec('systemctl', 'start', 'ssh');
});
