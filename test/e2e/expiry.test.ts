import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExpiringCluster } from '../../src/actions/remove-expired.ts';
import { validateJson } from '../helpers/schemas.ts';
import { Workplace } from '../helpers/workplace.ts';

describe('a cluster with a ttl', () => {
  let place: Workplace;

  beforeEach(async () => {
    place = await Workplace.open();
  });

  afterEach(async () => {
    await place.close('brief', 'long', 'plain');
  });

  const gc = async (...flags: string[]) => {
    const { exitCode, stdout, stderr } = await place.swarmctl(['gc', '--json', ...flags]);
    const document = JSON.parse(stdout) as { result: ExpiringCluster[] };
    expect(validateJson('gc', document), stderr).toEqual([]);
    return {
      exitCode,
      told: document.result.map(({ name, outcome }) => `${name} ${outcome}`),
      clusters: document.result,
    };
  };
  const one = ['--nodes', '1'];
  /** A local clock that nobody must trust. */
  const wrongClock = async () => {
    const file = path.join(place.home, 'clock.cjs');
    await writeFile(file, 'const now = Date.now; Date.now = () => now() - 10 * 365 * 86400e3;');
    return { NODE_OPTIONS: `--require=${file}` };
  };

  it('is removed when it is over, and no other; whoever made it', async () => {
    await place.create('plain', one);
    await place.create('long', [...one, '--manager-port', '3401', '--ttl', '2h']);
    await place.create('brief', [...one, '--manager-port', '3402', '--ttl', '1s']);
    const status = await place.swarmctl(['status', 'long']);
    expect(status.stdout).toMatch(/^Expires {4}in 1h5\dm\d+s$/m);
    expect((await place.swarmctl(['status', 'plain'])).stdout).not.toContain('Expires');
    expect((await place.swarmctl(['ls'])).stdout).toMatch(
      /EXPIRES[^]*brief .* ago[^]*long .* in 1h/,
    );

    const dry = await gc('--dry-run');
    expect(dry).toMatchObject({ exitCode: 0, told: ['brief expired', 'long alive'] });
    expect(await place.labelled('brief')).not.toEqual([]);
    // As a machine that has another clock and never knew of them.
    await place.forget('brief');
    const { exitCode, stderr, stdout } = await place.swarmctl(['gc'], { env: await wrongClock() });
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/brief +removed +\d+.*s ago/);
    expect(await place.labelled('brief')).toEqual([]);
    for (const name of ['plain', 'long']) {
      expect((await place.swarmctl(['status', name])).exitCode).toBe(0);
    }
    expect(await gc()).toMatchObject({ exitCode: 0, told: ['long alive'] });
  });

  it('can be given another one, which counts from then', async () => {
    await place.create('long', one);
    expect(await gc()).toMatchObject({ exitCode: 0, told: [] });
    const create = (...flags: string[]) =>
      place.swarmctl(place.createArguments('long', [...one, ...flags]));
    const refused = await create('--ttl', '90m');
    expect(refused.exitCode).toBe(3);
    expect(refused.stderr).toContain('ttl: is (none), asked for 1h30m');
    const host = () =>
      place.docker('inspect', '--format', '{{.State.StartedAt}}', 'swarmctl-long-1');
    const before = await host();
    const changed = await create('--ttl', '90m', '--yes');
    expect(changed.exitCode, changed.stderr).toBe(0);
    expect(await host()).toBe(before);
    expect((await create('--ttl', '1h30m')).stdout).toContain('Nothing to do');
    const { clusters } = await gc();
    expect(clusters).toMatchObject([{ name: 'long', outcome: 'alive' }]);
    expect(clusters[0]?.expires?.secondsLeft).toBeGreaterThan(5400 - 120);

    expect((await create('--ttl', '1s', '--yes')).exitCode).toBe(0);
    // The change may take less than this second.
    await expect.poll(() => gc()).toMatchObject({ exitCode: 0, told: ['long removed'] });
    expect(await place.labelled('long')).toEqual([]);
  });

  it('is removed half-made, but not while it is being made', async () => {
    const run = place.start(place.createArguments('brief', [...one, '--ttl', '1s']));
    await expect
      .poll(() => place.labelled('brief'), { timeout: 60_000, interval: 20 })
      .toContain('swarmctl-brief-1');
    const during = await gc();
    expect(['brief locked', 'brief alive']).toContain(during.told[0]);
    run.kill('SIGKILL');
    await run;
    await expect
      .poll(async () => (await gc()).told, { timeout: 30_000 })
      .toEqual(['brief removed']);
    expect(await place.labelled('brief')).toEqual([]);
    expect(await gc()).toMatchObject({ exitCode: 0, told: [] });
  });

  it('is told wrong before anything is made', async () => {
    const { exitCode, stderr } = await place.swarmctl(
      place.createArguments('brief', [...one, '--ttl', 'soon']),
    );
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--ttl "soon" must be a duration such as 2h');
  });
});
