import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sandbox, swarms } from '../helpers/settings.ts';
import { Workplace } from '../helpers/workplace.ts';

// The same assertions for the stand-in and, where its archive is given, for the real swarm.
describe.each(swarms)('a cluster with $title, through the docker CLI', (swarm) => {
  const cluster = 'conform';
  const image = sandbox.sleeperImage();
  let place: Workplace;
  const docker = async (...argv: string[]) => {
    const outcome = await place.dockerThrough(cluster, argv);
    expect(outcome, `docker ${argv.join(' ')}`).toMatchObject({ exitCode: 0 });
    return outcome.stdout.trim();
  };

  beforeAll(async () => {
    place = await Workplace.open();
    await place.create(cluster, ['--nodes', '3', '--engine-label', 'region=eu'], swarm);
  });

  afterAll(async () => {
    await place.close(cluster);
  });

  it('info lists three healthy nodes and the version', async () => {
    const info = await docker('info');
    expect(info).toContain(`Server Version: ${swarm.serverVersion}`);
    expect(info).toMatch(/Nodes: 3$/m);
    expect(info.match(/└ Status: Healthy/g)).toHaveLength(3);
    for (const host of ['conform-1', 'conform-2', 'conform-3']) {
      expect(info).toMatch(new RegExp(` ${host}: \\d+\\.\\d+\\.\\d+\\.\\d+:2376`));
    }
    expect(info).toMatch(/└ Labels: .*provider=local, region=eu/);
    expect(info).toContain('Strategy: spread');
  });

  it('version says what it is', async () => {
    expect(await docker('version', '--format', '{{.Server.Version}}')).toBe(swarm.serverVersion);
    expect(await docker('version', '--format', '{{.Server.APIVersion}}')).toBe('1.30');
  });

  it('spreads containers over all nodes', async () => {
    for (const number of [1, 2, 3, 4, 5, 6]) {
      await docker('run', '--detach', '--name', `web-${String(number)}`, image, 'sleep', '600');
    }
    const names = (await docker('ps', '--filter', 'name=web-', '--format', '{{.Names}}')).split(
      '\n',
    );
    const perNode: Record<string, number> = {};
    for (const name of names) {
      const node = name.split('/')[0] ?? '';
      perNode[node] = (perNode[node] ?? 0) + 1;
    }
    expect(perNode).toEqual({ 'conform-1': 2, 'conform-2': 2, 'conform-3': 2 });
  });

  it('places by constraint', async () => {
    await docker(
      'run',
      '-d',
      '--name',
      'fixed',
      '-e',
      'constraint:node==conform-2',
      image,
      'sleep',
      '600',
    );
    expect(await docker('inspect', '--format', '{{.Node.Name}}', 'fixed')).toBe('conform-2');
    const none = await place.dockerThrough(cluster, [
      'run',
      '-d',
      '-e',
      'constraint:region==mars',
      image,
      'true',
    ]);
    expect(none.exitCode).not.toBe(0);
    expect(none.stderr).toContain('Unable to find a node that satisfies');
  });

  it('creates, starts, inspects, stops and removes', async () => {
    const id = await docker('create', '--name', 'steps', image, 'sleep', '600');
    expect(await docker('inspect', '--format', '{{.State.Status}}', 'steps')).toBe('created');
    await docker('start', 'steps');
    expect(await docker('inspect', '--format', '{{.Id}} {{.State.Status}}', 'steps')).toBe(
      `${id} running`,
    );
    await docker('stop', '--time', '1', 'steps');
    expect(
      await docker('ps', '--all', '--filter', 'name=steps', '--format', '{{.Status}}'),
    ).toMatch(/^Exited/);
    await docker('rm', 'steps');
    const gone = await place.dockerThrough(cluster, ['inspect', 'steps']);
    expect(gone.exitCode).toBe(1);
  });

  it('shows logs and runs commands inside', async () => {
    await docker(
      'run',
      '-d',
      '--name',
      'talks',
      image,
      'sh',
      '-c',
      'echo hello from inside; sleep 600',
    );
    await expect.poll(() => docker('logs', 'talks'), { timeout: 10_000 }).toBe('hello from inside');
    expect(await docker('exec', 'talks', 'sh', '-c', 'echo $((6 * 7))')).toBe('42');
    const failed = await place.dockerThrough(cluster, ['exec', 'talks', 'sh', '-c', 'exit 7']);
    expect(failed.exitCode).toBe(7);
  });

  it('runs in the foreground and passes the exit code', async () => {
    const outcome = await place.dockerThrough(cluster, [
      'run',
      '--rm',
      image,
      'sh',
      '-c',
      'echo out; exit 3',
    ]);
    expect(outcome).toMatchObject({ exitCode: 3, stdout: 'out' });
  });

  it('refuses a name twice, cluster-wide', async () => {
    const twice = await place.dockerThrough(cluster, [
      'run',
      '-d',
      '--name',
      'web-1',
      image,
      'true',
    ]);
    expect(twice.exitCode).not.toBe(0);
    expect(twice.stderr).toMatch(/The name web-1 is already assigned/);
  });

  it('says that an image cannot be had', async () => {
    const outcome = await place.dockerThrough(cluster, ['run', '-d', 'registry.invalid/none:1']);
    expect(outcome.exitCode).not.toBe(0);
    expect(outcome.stderr).toMatch(/registry\.invalid/);
  });

  it('refuses a client without a certificate', async () => {
    const { result } = await place.json<{ result: { variables: { DOCKER_HOST: string } } }>([
      'env',
      cluster,
    ]);
    const url = result.variables.DOCKER_HOST.replace('tcp:', 'https:');
    const insecure = { ...place.environment(), NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    const { execa } = await import('execa');
    const outcome = await execa(
      process.execPath,
      [
        '-e',
        `fetch('${url}/info').then(r => r.text()).then(t => { console.log(t); }, () => { process.exitCode = 9; })`,
      ],
      { env: insecure, extendEnv: false, reject: false },
    );
    expect(outcome.exitCode).toBe(9);
  });

  it('status names it a stand-in exactly when it is one', async () => {
    const text = await place.swarmctl(['status', cluster]);
    expect(text.exitCode).toBe(0);
    expect(text.stdout.includes('stand-in')).toBe(swarm.standIn);
    const { result } = await place.json<{
      result: { manager: { standIn: boolean; version: string } };
    }>(['status', cluster]);
    expect(result.manager).toMatchObject({ standIn: swarm.standIn, version: swarm.serverVersion });
  });
});
