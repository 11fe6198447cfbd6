import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ClusterStatus } from '../../src/health/status.ts';
import { NpmPackage } from '../helpers/npm-package.ts';
import { bestSwarm } from '../helpers/settings.ts';
import { Workplace } from '../helpers/workplace.ts';

const cluster = 'packed';
let made: NpmPackage;
let place: Workplace;

beforeAll(async () => {
  made = await NpmPackage.make();
  place = await Workplace.open();
});

afterAll(async () => {
  await place.close(cluster);
  await made.remove();
});

it('the package makes a cluster by npx and removes it by a link in the PATH', async () => {
  const { folder } = await made.install('project', '--ignore-scripts');
  const executable = await made.installGlobally('global');
  const run = (command: string, argv: readonly string[]) =>
    execa(command, argv, {
      cwd: folder,
      env: place.environment(),
      extendEnv: false,
      stdin: 'ignore',
    });

  const flags = ['--discovery', 'etcd', '--nodes', '1'];
  await run('npx', ['swarmctl', ...place.createArguments(cluster, flags)]);
  const { stdout } = await run('npx', ['swarmctl', 'status', cluster, '--json']);
  const { result } = JSON.parse(stdout) as { result: ClusterStatus };
  expect(result).toMatchObject({
    health: 'healthy',
    manager: { version: bestSwarm.serverVersion },
    nodes: [{ status: 'Healthy' }],
  });

  await run(executable, ['destroy', cluster, '--yes']);
  expect(await place.labelled(cluster)).toEqual([]);
});
