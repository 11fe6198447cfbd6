import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClusterStatus } from '../../src/health/status.ts';
import { bestSwarm, sandbox } from '../helpers/settings.ts';
import { IMAGE_DEADLINE, SshPlace } from '../helpers/ssh-place.ts';
import { Workplace } from '../helpers/workplace.ts';
import type { SshHost } from '../sandbox/ssh-host.mjs';

let servers: SshPlace;
let place: Workplace;
let hosts: SshHost[];

beforeAll(async () => {
  servers = await SshPlace.open();
  place = await Workplace.open();
  hosts = await Promise.all([1, 2, 3, 4].map(() => servers.start()));
}, IMAGE_DEADLINE);

afterAll(async () => {
  await place.close();
  await servers.close();
});

const urls = () => hosts.map(({ address }) => `ssh://root@${address}`);

/** What a machine without a registry needs. */
function arguments_(name: string, ...more: string[]): string[] {
  return [
    ...['create', name, '--discovery', 'etcd', '--etcd-image', sandbox.etcdImage()],
    ...['--ssh-key', servers.key, ...bestSwarm.flags, '--timeout', '3m'],
    ...urls().flatMap((url) => ['--host', url]),
    ...more,
  ];
}

describe('a cluster of four servers', () => {
  it('is created, and the manager says that all nodes are healthy', async () => {
    const outcome = await place.swarmctl(arguments_('web'));
    console.log(outcome.stdout, outcome.stderr);
    expect(outcome.exitCode).toBe(0);
  });

  it('is shown by status', async () => {
    const { result } = await place.json<{ result: ClusterStatus }>(['status', 'web']);
    expect(result.problems).toEqual([]);
    expect(result.nodes).toHaveLength(3);
  });

  it('has nothing to be done when created again', async () => {
    const outcome = await place.swarmctl(arguments_('web'));
    expect(outcome.stdout).toContain('Nothing to do');
  });

  it('is used by the plain docker CLI', async () => {
    const { stdout, exitCode } = await place.dockerThrough('web', ['info']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Healthy');
  });

  it('goes without a trace', async () => {
    const outcome = await place.swarmctl(['destroy', 'web', '--yes']);
    console.log(outcome.stdout, outcome.stderr);
    expect(outcome.exitCode).toBe(0);
    for (const host of hosts) {
      expect(
        await host.exec(
          'sh',
          '-c',
          'ls /etc/swarmctl /etc/systemd/system/docker.service.d 2>&1 || true',
        ),
      ).toContain('No such file');
      expect(await host.exec('docker', 'ps', '-aq')).toBe('');
      expect(await host.exec('docker', 'volume', 'ls', '-q')).toBe('');
      expect(await host.exec('docker', 'images', '-q')).toBe('');
    }
    expect(
      await readFile(path.join(place.home, '.swarmctl/known_hosts/web'), 'utf8').catch(
        () => 'gone',
      ),
    ).toBe('gone');
  });
});
