import { execa } from 'execa';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sandbox } from '../helpers/settings.ts';
import { Workplace } from '../helpers/workplace.ts';
import { endpointOf, removeEngine, startEngine } from '../sandbox/engine.mjs';

describe('an engine whose disk is nearly full', () => {
  let place: Workplace;
  let disk: string;
  let folder: string;

  beforeAll(async () => {
    place = await Workplace.open();
    disk = await mkdtemp(path.join(tmpdir(), 'swarmctl-small-'));
    folder = path.join(disk, 'engine');
    await execa('mount', ['-t', 'tmpfs', '-o', 'size=120m', 'tmpfs', disk]);
    await startEngine(folder);
  });

  afterAll(async () => {
    await removeEngine(folder);
    await execa('umount', [disk]);
    await rm(disk, { recursive: true, force: true });
    await place.close();
  });

  it('is refused before the first change, together with what else is missing', async () => {
    const env = { DOCKER_HOST: endpointOf(folder) };
    const { exitCode, stderr } = await place.swarmctl(place.createArguments('small'), { env });
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/disk: .* has \d+ MiB free; 4 hosts need about 1100 MiB/);
    expect(stderr).toContain(
      `images: image ${sandbox.nodeImage()} is neither on the engine nor in an archive`,
    );
    const networks = await execa('docker', ['network', 'ls', '--format', '{{.Name}}'], { env });
    expect(networks.stdout).not.toContain('swarmctl');
  });
});
