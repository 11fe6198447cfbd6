import { readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClusterStatus } from '../../src/health/status.ts';
import { validateJson } from '../helpers/schemas.ts';
import { bestSwarm, sandbox } from '../helpers/settings.ts';
import { Workplace } from '../helpers/workplace.ts';

describe('a cluster file', () => {
  const cluster = 'file';
  const fromFlag = 'flag';
  let place: Workplace;
  let file: string;

  /** What selects the swarm under test, as a file says it. */
  function swarmLines(): string[] {
    const [flag, value = ''] = bestSwarm.flags;
    return flag === '--swarm-image'
      ? [`  swarm: "${value}"`, 'imageArchives:']
      : ['imageArchives:', `  - "${value}"`];
  }

  beforeAll(async () => {
    place = await Workplace.open();
    file = path.join(place.home, 'swarmctl.yaml');
    const lines = [
      'version: 1',
      `name: ${cluster}`,
      'discovery: etcd',
      'nodes: 1',
      'images:',
      '  node: ${NODE_IMAGE}',
      `  etcd: "${sandbox.etcdImage()}"`,
      ...swarmLines(),
      '  - sleeper.tar',
      'swarm: {strategy: spread}',
      'engine:',
      '  labels: {region: eu}',
    ];
    await writeFile(file, lines.join('\n'));
    await symlink(sandbox.sleeperArchive(), path.join(place.home, 'sleeper.tar'));
  });

  afterAll(async () => {
    await place.close(cluster, fromFlag);
  });

  const env = () => ({ NODE_IMAGE: sandbox.nodeImage() });

  it('makes the cluster that it describes', async () => {
    const { exitCode, stdout, stderr } = await place.swarmctl(['create', '-f', file, '--json'], {
      env: env(),
    });
    expect(exitCode, stdout + stderr).toBe(0);
    const { result } = JSON.parse(stdout) as { result: { status: ClusterStatus } };
    expect(result.status).toMatchObject({
      name: cluster,
      health: 'healthy',
      manager: { strategy: 'spread' },
    });
    expect(result.status.nodes).toHaveLength(1);
    const { stdout: info } = await place.dockerThrough(cluster, ['info']);
    expect(info).toContain('region=eu');
  });

  it('has nothing to do the second time', async () => {
    const { exitCode, stdout } = await place.swarmctl(['create', '--file', file], { env: env() });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Nothing to do');
  });

  it('is overridden by variables, and these by flags', async () => {
    const asked = async (flags: string[], more: NodeJS.ProcessEnv) => {
      const argv = ['create', '-f', file, ...flags];
      const { exitCode, stderr } = await place.swarmctl(argv, { env: { ...env(), ...more } });
      expect(exitCode, stderr).toBe(3);
      return stderr;
    };
    const variable = await asked([], { SWARMCTL_NODES: '2' });
    expect(variable).toContain('nodes: is 1, asked for 2');
    expect(variable).not.toContain('strategy: is');
    const both = await asked(['-n', '4', '--swarm-strategy', 'binpack'], { SWARMCTL_NODES: '2' });
    expect(both).toContain('nodes: is 1, asked for 4');
    expect(both).toContain('swarm.strategy: is spread, asked for binpack');
    const labels = await asked([], { SWARMCTL_ENGINE_LABEL: 'a=b\nc=d' });
    expect(labels).toContain('engine.labels: is region=eu, asked for a=b c=d');
  });

  it('makes another cluster when NAME is given', async () => {
    const argv = ['create', fromFlag, '-f', file, '--schedule-on-master'];
    const { exitCode, stderr } = await place.swarmctl(argv, { env: env() });
    expect(exitCode, stderr).toBe(0);
    const result = await place.status(fromFlag);
    expect(result.nodes.map(({ name }) => name)).toEqual([`${fromFlag}-m`, `${fromFlag}-1`]);
  });

  it('names its cluster to status, env and destroy, where there are several', async () => {
    expect((await place.swarmctl(['status'])).stderr).toContain('which cluster?');
    expect((await place.swarmctl(['status', '-f', file])).stdout).toContain(`${cluster}: healthy`);
    expect((await place.swarmctl(['env', '-f', file])).stdout).toContain(`clusters/${cluster}/`);
    const { exitCode, stdout } = await place.swarmctl(['destroy', '-f', file, '--yes']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`Cluster ${cluster} is gone`);
    expect(await place.labelled(cluster)).toEqual([]);
    expect(await place.labelled(fromFlag)).not.toEqual([]);
  });

  it('is checked without a cluster', async () => {
    const wrong = path.join(place.home, 'wrong.yaml');
    await writeFile(wrong, 'version: 1\nname: demo\nndoes: 1\nnodes: 0\n');
    const { exitCode, stdout, stderr } = await place.swarmctl(['config', 'validate', wrong]);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(`${wrong}:3:1: ndoes is unknown; did you mean nodes?`);
    expect(stderr).toContain(`${wrong}:4:1: nodes 0 must be a whole number from 1 to 100`);
    expect((await place.swarmctl(['create', '-f', wrong])).stderr).toContain(`${wrong}:3:1:`);
  });

  it('is written by init, without questions where there is no terminal', async () => {
    const made = path.join(place.home, 'made.yaml');
    const argv = ['init', 'made', '--discovery', 'zk', '-n', '2', '--file', made];
    const written = await place.json([...argv]);
    expect(validateJson('init', written)).toEqual([]);
    expect(written).toMatchObject({ result: { file: made, name: 'made' } });
    const valid = await place.json(['config', 'validate', made]);
    expect(validateJson('config-validate', valid)).toEqual([]);
    expect(await readFile(made, 'utf8')).toContain('discovery: zk\n');
    const again = await place.swarmctl(argv);
    expect(again.exitCode).toBe(2);
    expect(again.stderr).toContain('is there already');
  });

  it('names hosts, and what is wrong with them is told at their places', async () => {
    const wrong = path.join(place.home, 'wrong-hosts.yaml');
    const lines = ['version: 1', 'name: demo', 'hosts:', '  - root@10.0.0.1', '  - {adress: x}'];
    await writeFile(wrong, lines.join('\n'));
    const refused = await place.swarmctl(['create', '-f', wrong]);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain(
      `${wrong}:4:5: hosts[0] "root@10.0.0.1" is not the URL of a host: did you mean ssh://root@10.0.0.1?`,
    );
    expect(refused.stderr).toContain(
      `${wrong}:5:6: adress is unknown in hosts[1]; did you mean hosts[1].address?`,
    );
    const { stderr } = await place.swarmctl(['create', '--nodes', '4', 'x'], {
      env: { SWARMCTL_HOST: 'ssh://root@10.0.0.1\nssh://root@10.0.0.1' },
    });
    expect(stderr).toContain('--nodes 4 contradicts SWARMCTL_HOST: one host is the master');
    expect(stderr).toContain('SWARMCTL_HOST ssh://root@10.0.0.1 is there twice');
  });

  it('is written by init for servers', async () => {
    const made = path.join(place.home, 'servers.yaml');
    const hosts = ['ssh://root@10.0.0.1', 'local'];
    const argv = ['init', 'servers', ...hosts, '--local-address', '10.0.0.9', '--file', made];
    const written = await place.json(argv);
    expect(validateJson('init', written)).toEqual([]);
    expect(written).toMatchObject({ result: { file: made, name: 'servers' } });
    expect(await readFile(made, 'utf8')).toContain('hosts:\n  - ssh://root@10.0.0.1\n  - local\n');
    await place.json(['config', 'validate', made]);
  });
});
