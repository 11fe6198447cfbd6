import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contextFolders } from '../../src/engine/docker-context.ts';
import { Workplace } from '../helpers/workplace.ts';

describe('the docker context of a cluster', () => {
  const cluster = 'ctx';
  const name = 'swarmctl-ctx';
  let place: Workplace;
  let config: string;

  beforeEach(async () => {
    place = await Workplace.open();
    config = path.join(place.home, '.docker');
  });

  afterEach(async () => {
    await place.close(cluster, 'other');
  });

  const create = (...flags: string[]) =>
    place.swarmctl(place.createArguments(cluster, ['--nodes', '1', ...flags]));
  const destroy = (env: NodeJS.ProcessEnv = {}) =>
    place.swarmctl(['destroy', cluster, '--yes'], { env });
  /** The plain docker CLI, which nothing but its folder points anywhere. */
  const docker = async (...argv: string[]) => {
    const env = { ...place.environment(), DOCKER_HOST: undefined };
    return execa('docker', argv, { env, extendEnv: false, reject: false, stdin: 'ignore' });
  };
  const files = async () => {
    const entries = await readdir(config, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  };

  it('leads the docker CLI to the manager, follows a change, and goes', async () => {
    const made = await create();
    expect(made.exitCode, made.stderr).toBe(0);
    expect(made.stdout).toContain(`docker --context ${name} ps`);
    const info = await docker('--context', name, 'info');
    expect(info.stdout, info.stderr).toContain('Nodes: 1');
    expect(info.stdout).toContain('Status: Healthy');
    // Also beside a variable that leads elsewhere.
    expect(await place.docker('--context', name, 'info')).toContain('Nodes: 1');
    expect((await docker('context', 'show')).stdout).toBe('default');
    const listed = await docker('context', 'ls', '--format', '{{.Name}} {{.Description}}');
    expect(listed.stdout).toContain(`${name} Docker Swarm cluster ctx, made by swarmctl`);
    const { tls } = contextFolders(config, name);
    expect((await stat(path.join(tls, 'docker/key.pem'))).mode & 0o777).toBe(0o600);
    expect((await create()).stdout).toContain('Nothing to do');

    const moved = await create('--manager-port', '3399', '--yes');
    expect(moved.exitCode, moved.stderr).toBe(0);
    const where = await docker(
      'context',
      'inspect',
      name,
      '--format',
      '{{.Endpoints.docker.Host}}',
    );
    expect(where.stdout).toMatch(/^tcp:\/\/127\.0\.0\.1:3399$/);
    expect((await docker('--context', name, 'info')).stdout).toContain('Status: Healthy');

    const gone = await destroy();
    expect(gone.stderr).toContain(`  docker context ${name}\n`);
    expect((await docker('context', 'ls', '--format', '{{.Name}}')).stdout).toBe('default');
    expect(await files()).toEqual([]);
  });

  it('that the person has chosen is no engine to make clusters on, and is left with a word', async () => {
    expect((await create()).exitCode).toBe(0);
    expect((await docker('context', 'use', name)).exitCode).toBe(0);
    const chosen = { DOCKER_HOST: undefined };
    const other = place.createArguments('other', ['--nodes', '1']);
    const refused = await place.swarmctl(other, { env: chosen });
    expect(refused.exitCode).toBe(3);
    expect(refused.stderr).toContain(`docker context ${name} leads to a swarm manager`);
    expect(refused.stderr).toContain('docker context use default');
    const named = await place.swarmctl(other, { env: { ...chosen, DOCKER_CONTEXT: name } });
    expect(named.stderr).toContain('unset DOCKER_CONTEXT');
    // What is known here is where it was made, whatever is chosen.
    const again = place.createArguments(cluster, ['--nodes', '1']);
    const same = await place.swarmctl(again, { env: chosen });
    expect(same.stdout, same.stderr).toContain('Nothing to do');
    expect((await docker('context', 'show')).stdout).toBe(name);

    const gone = await destroy(chosen);
    expect(gone.exitCode, gone.stderr).toBe(0);
    expect(gone.stderr).toContain(`docker's current context was ${name}`);
    expect((await docker('context', 'show')).stdout).toBe('default');
    expect(await files()).toEqual(['config.json']);
  });

  it('that is not ours stays as it is', async () => {
    const mine = ['context', 'create', name, '--docker', 'host=tcp://10.255.0.1:2375'];
    expect((await docker(...mine)).exitCode).toBe(0);
    const { meta } = contextFolders(config, name);
    const before = await readFile(path.join(meta, 'meta.json'), 'utf8');
    const made = await create('--json');
    expect(made.exitCode, made.stderr).toBe(0);
    const { result, warnings } = JSON.parse(made.stdout) as {
      result: { dockerContext: string | null };
      warnings: string[];
    };
    expect(result.dockerContext).toBeNull();
    expect(warnings.join()).toContain(`there is no docker context ${name}: another one`);
    expect((await create()).stdout).toContain('Nothing to do');
    expect((await destroy()).exitCode).toBe(0);
    expect(await readFile(path.join(meta, 'meta.json'), 'utf8')).toBe(before);
    // As told, it can make room.
    await docker('context', 'rm', name);
    expect((await create()).exitCode).toBe(0);
    expect((await docker('--context', name, 'info')).stdout).toContain('Nodes: 1');
  });

  it('that is half there is made whole by create, and removed by destroy', async () => {
    expect((await create()).exitCode).toBe(0);
    const { meta, tls } = contextFolders(config, name);
    for (const part of [path.join(tls, 'docker/cert.pem'), tls, meta]) {
      await rm(part, { recursive: true });
      const made = await create();
      expect(made.stdout, made.stderr).toContain('is healthy');
      expect((await docker('--context', name, 'info')).stdout).toContain('Nodes: 1');
    }
    await rm(path.join(meta, 'meta.json'));
    expect((await destroy()).exitCode).toBe(0);
    expect(await files()).toEqual([]);
  });

  it('cannot be made in a folder that is read-only, and nothing else fails', async () => {
    await mkdir(config);
    await execa('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', config]);
    try {
      const made = await create();
      expect(made.exitCode, made.stderr).toBe(0);
      expect(made.stderr).toContain(`there is no docker context ${name}: EROFS`);
      expect((await create()).stdout).toContain('Nothing to do');
      const gone = await destroy();
      expect(gone.exitCode, gone.stderr).toBe(0);
      expect(gone.stderr).not.toContain('Warning');
    } finally {
      await execa('umount', [config]);
    }
  });

  it('that cannot be removed is told, and the cluster goes', async () => {
    expect((await create()).exitCode).toBe(0);
    await execa('mount', ['--bind', config, config]);
    await execa('mount', ['-o', 'remount,ro,bind', config]);
    try {
      const gone = await destroy();
      expect(gone.exitCode, gone.stderr).toBe(0);
      expect(gone.stderr).toContain(`docker context ${name} stays: EROFS`);
    } finally {
      await execa('umount', [config]);
    }
    expect(await place.labelled(cluster)).toEqual([]);
    // A later destroy knows it by the folder of the cluster.
    expect((await destroy()).exitCode).toBe(0);
    expect(await files()).toEqual([]);
  });
});
