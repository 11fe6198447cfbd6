import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClusterStatus } from '../../src/health/status.ts';
import { validateJson } from '../helpers/schemas.ts';
import { bestSwarm, sandbox } from '../helpers/settings.ts';
import { Workplace } from '../helpers/workplace.ts';

describe('a cluster from create to destroy', () => {
  const cluster = 'life';
  let place: Workplace;
  let created: { ok: boolean; result: { changed: boolean; status: ClusterStatus } };

  beforeAll(async () => {
    place = await Workplace.open();
    await place.docker('run', '-d', '--name', 'foreign', sandbox.sleeperImage(), 'sleep', '3600');
    created = await place.json(place.createArguments(cluster, ['--nodes', '3']));
  });

  afterAll(async () => {
    await place.docker('rm', '--force', 'foreign');
    await place.close(cluster);
  });

  it('reports what it made in the promised form', () => {
    expect(validateJson('create', created)).toEqual([]);
    expect(created.result.changed).toBe(true);
    expect(created.result.status.health).toBe('healthy');
    expect(created.result.status.nodes.map(({ name }) => name)).toEqual([
      'life-1',
      'life-2',
      'life-3',
    ]);
  });

  it('shows the same in status', async () => {
    const document = await place.json<{ result: ClusterStatus }>(['status', cluster]);
    expect(validateJson('status', document)).toEqual([]);
    const { result } = document;
    expect(result.health).toBe('healthy');
    expect(result.problems).toEqual([]);
    expect(result.discovery.members).toEqual(result.nodes.map(({ address }) => address));
    for (const node of result.nodes) {
      expect(node).toMatchObject({ status: 'Healthy', reason: '', role: 'node' });
      expect(node.certificateDaysLeft).toBeGreaterThan(1000);
    }
    expect(result.master).toMatchObject({ name: 'life-m', role: 'master', status: 'Running' });
  });

  it('needs no name while there is one cluster', async () => {
    const { exitCode, stdout } = await place.swarmctl(['status']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Cluster    life: healthy');
  });

  it('lists it', async () => {
    const document = await place.json<{ result: { name: string; health: string }[] }>(['ls']);
    expect(validateJson('ls', document)).toEqual([]);
    expect(document.result).toMatchObject([{ name: cluster, health: 'healthy' }]);
  });

  it('binds ports to the loopback address only, and puts no secret into labels or environment', async () => {
    const ids = (
      await place.docker('ps', '-q', '--filter', `label=io.swarmctl.cluster=${cluster}`)
    ).split('\n');
    expect(ids).toHaveLength(4);
    const inspected = await place.docker('inspect', ...ids);
    const addresses = [...inspected.matchAll(/"HostIp": "([^"]*)"/g)].map(([, address]) => address);
    expect(new Set(addresses)).toEqual(new Set(['127.0.0.1']));
    expect(inspected).not.toMatch(/PRIVATE KEY|BEGIN CERTIFICATE/);
  });

  it('keeps keys to their owner', async () => {
    const folder = path.join(place.home, '.swarmctl');
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter(
      (entry) => entry.isFile(),
    );
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) {
      const { mode } = await stat(path.join(file.parentPath, file.name));
      expect(mode & 0o077, file.name).toBe(0);
    }
  });

  it('has nothing to do when asked again, and restarts nothing', async () => {
    const started = async () =>
      Promise.all(
        ['life-m', 'life-1', 'life-2', 'life-3'].map((host) =>
          place.docker('inspect', '--format', '{{.State.StartedAt}} {{.Id}}', `swarmctl-${host}`),
        ),
      );
    const before = await started();
    const agents = await place.dockerOn('life-1', 'ps', '--no-trunc', '--quiet');
    const { exitCode, stdout } = await place.swarmctl(
      place.createArguments(cluster, ['--nodes', '3']),
    );
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Nothing to do');
    expect(await started()).toEqual(before);
    expect(await place.dockerOn('life-1', 'ps', '--no-trunc', '--quiet')).toBe(agents);
  });

  it('shows the difference to another spec and touches nothing', async () => {
    const flags = ['--nodes', '4', '--swarm-strategy', 'binpack'];
    const { exitCode, stderr } = await place.swarmctl(place.createArguments(cluster, flags));
    expect(exitCode).toBe(3);
    expect(stderr).toContain('nodes: is 3, asked for 4');
    expect(stderr).toContain('swarm.strategy: is spread, asked for binpack');
    expect(await place.labelled(cluster)).toHaveLength(4 + 4 + 1);
  });

  it('has valid certificates in the eyes of openssl, and etcd refuses a client without one', async () => {
    const folder = path.join(place.home, '.swarmctl/clusters', cluster, 'client');
    const { execa } = await import('execa');
    const verify = await execa('openssl', [
      'verify',
      '-x509_strict',
      '-purpose',
      'sslclient',
      '-CAfile',
      `${folder}/ca.pem`,
      `${folder}/cert.pem`,
    ]);
    expect(verify.stdout).toContain('OK');
    const ports = await place.docker('port', 'swarmctl-life-m', '2379');
    const url = `https://${ports.trim()}/v2/keys/`;
    const without = await execa(
      'curl',
      ['-sS', '--max-time', '5', '--cacert', `${folder}/ca.pem`, url],
      { reject: false },
    );
    expect(without.exitCode).not.toBe(0);
    const withOne = await execa('curl', [
      '-sS',
      '--max-time',
      '5',
      '--cacert',
      `${folder}/ca.pem`,
      '--cert',
      `${folder}/cert.pem`,
      '--key',
      `${folder}/key.pem`,
      url,
    ]);
    expect(withOne.stdout).toContain('"action":"get"');
  });

  it('asks before it destroys, and refuses when it cannot', async () => {
    const { exitCode, stderr } = await place.swarmctl(['destroy', cluster]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('swarmctl-life-m');
    expect(stderr).toContain('--yes');
    expect(await place.labelled(cluster)).toHaveLength(4 + 4 + 1);
    expect((await place.swarmctl(['status', cluster])).exitCode).toBe(0);
  });

  it('destroys without a trace and leaves what is not its own', async () => {
    const document = await place.json<{ result: { outcome: string; imagesKept: string[] } }>([
      'destroy',
      cluster,
      '--yes',
    ]);
    expect(validateJson('destroy', document)).toEqual([]);
    expect(document.result.outcome).toBe('destroyed');
    expect(document.result.imagesKept).toContain(sandbox.nodeImage());
    expect(await place.labelled(cluster)).toEqual([]);
    expect(await readdir(path.join(place.home, '.swarmctl/clusters'))).toEqual([]);
    expect(await place.docker('ps', '--format', '{{.Names}}')).toContain('foreign');
    expect(await place.docker('images', '--quiet', sandbox.nodeImage())).not.toBe('');
    const { execa } = await import('execa');
    const { stdout } = await execa('ps', ['-eo', 'args']);
    expect(
      stdout
        .split('\n')
        .filter((line) => line.includes(`${cluster}-m`) && !line.includes('vitest')),
    ).toEqual([]);
  });

  it('destroys an unknown cluster with a word and exit code 0', async () => {
    const { exitCode, stdout } = await place.swarmctl(['destroy', cluster, '--yes']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('There is no cluster life');
  });

  it(`was made with ${bestSwarm.title}`, () => {
    expect(created.result.status.manager.version).toBe(bestSwarm.serverVersion);
  });
});
