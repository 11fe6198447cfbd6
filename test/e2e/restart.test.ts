import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sandbox } from '../helpers/settings.ts';
import { Workplace } from '../helpers/workplace.ts';
import { restartEngine } from '../sandbox/engine.mjs';

describe('after the outer engine was restarted', () => {
  const cluster = 'again';
  let place: Workplace;

  beforeAll(async () => {
    place = await Workplace.open();
    await place.create(cluster, ['--nodes', '2']);
  });

  afterAll(async () => {
    await place.close(cluster);
  });

  it('the cluster comes back by itself, with its addresses and ports', async () => {
    const format =
      '{{.Name}} {{.HostConfig.PortBindings}} {{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
    const hosts = ['swarmctl-again-m', 'swarmctl-again-1', 'swarmctl-again-2'];
    const before = await place.docker('inspect', '--format', format, ...hosts);
    await place.dockerThrough(cluster, [
      'run',
      '-d',
      '--restart',
      'always',
      '--name',
      'stays',
      sandbox.sleeperImage(),
      'sleep',
      '600',
    ]);

    await restartEngine(sandbox.folder());

    const { exitCode, stderr } = await place.swarmctl([
      'status',
      cluster,
      '--wait',
      'healthy',
      '--timeout',
      '150s',
    ]);
    expect(exitCode, stderr).toBe(0);
    expect(await place.docker('inspect', '--format', format, ...hosts)).toBe(before);
    const containers = await place.dockerThrough(cluster, [
      'ps',
      '--format',
      '{{.Names}} {{.Status}}',
    ]);
    expect(containers.stdout).toMatch(/stays Up/);
  });
});
