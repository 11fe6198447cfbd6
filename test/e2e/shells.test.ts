import { execa } from 'execa';
import { mkdtemp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bestSwarm } from '../helpers/settings.ts';
import { Workplace } from '../helpers/workplace.ts';

const RUN = `${process.execPath} ${new URL('../../bin/run.js', import.meta.url).pathname}`;

describe('env in real shells', () => {
  const cluster = 'shells';
  let place: Workplace;

  beforeAll(async () => {
    place = await Workplace.open();
    await place.create(cluster, ['--nodes', '1']);
  });

  afterAll(async () => {
    await place.close(cluster);
  });

  it.each([
    ['bash', `eval "$(${RUN} env)"`, `eval "$(${RUN} env --unset)"`],
    ['zsh', `eval "$(${RUN} env --shell zsh)"`, `eval "$(${RUN} env --unset --shell zsh)"`],
    ['sh', `eval "$(${RUN} env --shell sh)"`, `eval "$(${RUN} env --unset --shell sh)"`],
    ['fish', `${RUN} env --shell fish | source`, `${RUN} env --unset --shell fish | source`],
  ])('%s', async (shell, set, unset) => {
    const script = [
      set,
      'docker version --format "{{.Server.Version}}"',
      unset,
      'echo "host=$DOCKER_HOST cluster=$SWARMCTL_CLUSTER"',
    ].join('\n');
    const { stdout } = await execa(shell, ['-c', script], {
      env: place.environment(),
      extendEnv: false,
    });
    expect(stdout.split('\n')).toEqual([bestSwarm.serverVersion, 'host= cluster=']);
  });

  it('works on while the environment points at the manager', async () => {
    const { result } = await place.json<{ result: { variables: Record<string, string | null> } }>([
      'env',
    ]);
    const env = Object.fromEntries(
      Object.entries(result.variables).filter(([, value]) => value !== null),
    ) as Record<string, string>;
    expect((await place.swarmctl(['status'], { env })).exitCode).toBe(0);
    const create = await place.swarmctl(place.createArguments('second'), { env });
    expect(create.exitCode).toBe(3);
    expect(create.stderr).toContain('leads to a swarm manager');
    expect(create.stderr).toContain('env --unset');
  });

  it.each([
    ['28.2.2', undefined],
    ['29.0.1', '1.30'],
  ])('with docker CLI %s DOCKER_API_VERSION is %s', async (version, expected) => {
    const folder = await mkdtemp(path.join(place.home, 'bin-'));
    const script = `#!/bin/sh\necho "Docker version ${version}, build 0"\n`;
    await writeFile(path.join(folder, 'docker'), script, { mode: 0o755 });
    const env = { PATH: `${folder}:${process.env.PATH ?? ''}` };
    const { stdout } = await place.swarmctl(['env', '--shell', 'sh'], { env });
    expect(/export DOCKER_API_VERSION="(.*)"/.exec(stdout)?.[1]).toBe(expected);
  });

  it('refuses a shell it does not know', async () => {
    const { exitCode, stderr } = await place.swarmctl(['env', '--shell', 'csh']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('known: bash');
  });

  it('names the clusters when there are several', async () => {
    await place.create('other', ['--nodes', '1']);
    try {
      for (const command of ['env', 'status', 'destroy']) {
        const { exitCode, stderr } = await place.swarmctl([command]);
        expect(exitCode).toBe(2);
        expect(stderr).toContain('other, shells');
      }
    } finally {
      await place.swarmctl(['destroy', 'other', '--yes']);
    }
  });
});
