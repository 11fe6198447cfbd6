import { readFile, rm, truncate } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sandbox } from '../helpers/settings.ts';
import { EXECUTABLE, Workplace } from '../helpers/workplace.ts';

describe('a cluster that is half made', () => {
  const cluster = 'half';
  const flags = ['--nodes', '2'];
  let place: Workplace;

  beforeEach(async () => {
    place = await Workplace.open();
  });

  afterEach(async () => {
    await place.close(cluster);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
    '%s while hosts start: create goes on from there',
    async (signal) => {
      const run = place.start(place.createArguments(cluster, flags));
      await expect
        .poll(() => place.labelled(cluster), { timeout: 30_000, interval: 20 })
        .toContain('swarmctl-half-1');
      run.kill(signal);
      const { exitCode, stderr } = await run;
      if (signal !== 'SIGKILL') {
        expect(exitCode).toBe(130);
        expect(stderr).toContain('left in place');
        expect(stderr).toContain('swarmctl destroy half');
      }
      const half = await place.swarmctl(['status', cluster]);
      expect(half.exitCode).toBe(4);
      expect(half.stdout).toMatch(/half-made: step "host half-.*" was begun and did not end/);
      const { stdout } = await place.create(cluster, flags);
      expect(stdout).toContain('half is healthy');
      // What was found done is no longer held against it.
      const engine = 'swarmctl-half-2';
      await place.docker('stop', '--time', '0', engine);
      expect((await place.swarmctl(['status', cluster])).stdout).not.toContain('half-made');
    },
  );

  it.each([150, 700, 1500, 2500])(
    'killed after %i ms: destroy leaves nothing',
    async (milliseconds) => {
      const run = place.start(place.createArguments(cluster, flags));
      await sleep(milliseconds);
      run.kill('SIGKILL');
      await run;
      expect((await place.swarmctl(['destroy', cluster, '--yes'])).exitCode).toBe(0);
      expect(await place.labelled(cluster)).toEqual([]);
    },
  );

  it('a step that fails names host and step, lets the others end, and is said to be left', async () => {
    const { exitCode, stderr } = await place.swarmctl(
      place.createArguments(cluster, [...flags, '--engine-opt', 'nosuchflag=1']),
    );
    expect(exitCode).toBe(1);
    for (const host of ['half-m', 'half-1', 'half-2'])
      expect(stderr).toContain(`${host}: could not wait for its engine`);
    expect(stderr).toContain('unknown flag: --nosuchflag');
    expect(stderr).toContain('left in place: record, certificates, network');
    const log = /Log: (.*)$/m.exec(stderr)?.[1] ?? '';
    expect(await readFile(log, 'utf8')).toContain('nosuchflag');
    const { stdout } = await place.swarmctl(['status', cluster]);
    expect(stdout).toMatch(
      /half-made: step "engine half-1" failed: its engine ended with exit code/,
    );
    const [, told = ''] = /step "engine half-1"[^]*?\(log: (.*?)\)/.exec(stdout) ?? [];
    expect(told).toBe(log);
    expect(stdout).toContain('swarmctl destroy half removes it');
  });

  it.each([
    ['a failure', 1],
    ['SIGINT', 130],
  ] as const)('where nobody can be asked nothing is left after %s', async (what, code) => {
    const failing = what === 'SIGINT' ? [] : ['--engine-opt', 'nosuchflag=1'];
    const run = place.start(place.createArguments(cluster, [...flags, ...failing]), {
      env: { SWARMCTL_ON_FAILURE: undefined },
    });
    if (what === 'SIGINT') {
      await expect
        .poll(() => place.labelled(cluster), { timeout: 30_000, interval: 20 })
        .toContain('swarmctl-half-1');
      run.kill(what);
    }
    const { exitCode, stderr } = await run;
    expect(exitCode, stderr).toBe(code);
    expect(stderr).toContain('everything that was made is taken back');
    expect(stderr).not.toContain('left in place');
    expect(await place.labelled(cluster)).toEqual([]);
    expect((await place.swarmctl(['status', cluster])).exitCode).toBe(1);
  });

  it('--on-failure rollback takes nothing back that was there before', async () => {
    await place.create(cluster, flags);
    const other = [
      ...flags,
      '--on-failure',
      'rollback',
      '--swarm-opt',
      'engine-refresh-min-interval=31s',
    ];
    const { exitCode, stderr } = await place.swarmctl(place.createArguments(cluster, other));
    expect(exitCode, stderr).toBe(3);
    expect(stderr).not.toContain('taken back');
    expect(await place.labelled(cluster)).toContain('swarmctl-half-1');
    expect((await place.create(cluster, flags)).stdout).toContain('Nothing to do');
  });

  it('a manager that cannot start is named with its own words', async () => {
    const { exitCode, stderr } = await place.swarmctl(
      place.createArguments(cluster, [...flags, '--swarm-opt', 'heartbeat=5']),
    );
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/swarm-manager ended with exit code|heartbeat/);
  });

  it('status and destroy work from labels when the state is gone, or cut off', async () => {
    await place.create(cluster, flags);
    const state = path.join(place.home, '.swarmctl/clusters', cluster);
    await truncate(path.join(state, 'cluster.json'), 40);
    const cut = await place.swarmctl(['status', cluster]);
    expect(cut.exitCode, cut.stderr).toBe(0);
    expect(cut.stderr).toContain('found by its labels');
    await rm(state, { recursive: true });
    const lost = await place.swarmctl(['status']);
    expect(lost.exitCode, lost.stderr).toBe(0);
    expect(lost.stdout).toContain('half: healthy');
    const again = await place.swarmctl(place.createArguments(cluster, flags));
    expect(again.exitCode).toBe(3);
    expect(again.stderr).toContain("this machine's state does not know");
    expect((await place.swarmctl(['destroy', cluster, '--yes'])).exitCode).toBe(0);
    expect(await place.labelled(cluster)).toEqual([]);
  });

  it('whoever reads along may go: create ends well all the same', async () => {
    const command = [process.execPath, EXECUTABLE, ...place.createArguments(cluster, flags)];
    await execa('sh', ['-c', '"$@" 2>&1 | head -n 1', 'sh', ...command], {
      env: place.environment(),
      extendEnv: false,
    });
    expect((await place.swarmctl(['status', cluster])).exitCode).toBe(0);
  });
});

describe('several at once', () => {
  let place: Workplace;

  beforeEach(async () => {
    place = await Workplace.open();
  });

  afterEach(async () => {
    await place.close('one', 'two');
  });

  it("two clusters at the same moment do not get in each other's way", async () => {
    const outcomes = await Promise.all(
      ['one', 'two'].map((name) => place.swarmctl(place.createArguments(name, ['--nodes', '1']))),
    );
    for (const { exitCode, stderr } of outcomes) expect(exitCode, stderr).toBe(0);
  });

  it('the same cluster twice: one makes it, the other says so and touches nothing', async () => {
    const outcomes = await Promise.all(
      [1, 2].map(() => place.swarmctl(place.createArguments('one', ['--nodes', '1']))),
    );
    expect(outcomes.map(({ exitCode }) => exitCode).sort()).toEqual([0, 1]);
    expect(outcomes.map(({ stderr }) => stderr).join()).toContain('works on cluster one');
    expect((await place.swarmctl(['status', 'one'])).exitCode).toBe(0);
  });

  it('with --lock-wait the second one waits, and then has nothing to do', async () => {
    const outcomes = await Promise.all(
      [1, 2].map(() =>
        place.swarmctl(
          place.createArguments('one', ['--nodes', '1', '--lock-wait', '2m', '--json']),
        ),
      ),
    );
    const changed = outcomes.map(({ exitCode, stdout, stderr }) => {
      expect(exitCode, stderr).toBe(0);
      return (JSON.parse(stdout) as { result: { changed: boolean } }).result.changed;
    });
    expect(changed.sort()).toEqual([false, true]);
    expect((await place.swarmctl(['lock', 'ls'])).stdout.split('\n')).toHaveLength(1);
  });

  it('--if-exists says what becomes of one that is there', async () => {
    const create = (...more: string[]) =>
      place.swarmctl(place.createArguments('one', ['--nodes', '1', '--json', ...more]));
    const hosts = () =>
      place.docker('ps', '--quiet', '--no-trunc', '--filter', 'name=swarmctl-one');
    expect((await create('--if-exists', 'fail')).exitCode).toBe(0);
    const first = await hosts();
    const errorOf = ({ stdout }: { stdout: string }) =>
      (JSON.parse(stdout) as { error: { code: string } }).error.code;

    const failed = await create('--if-exists', 'fail');
    expect(failed.exitCode).toBe(3);
    expect(errorOf(failed)).toBe('CLUSTER_EXISTS');
    expect(errorOf(await create('--if-exists', 'replace'))).toBe('CONFIRMATION_NEEDED');
    expect(errorOf(await create('--swarm-opt', 'engine-refresh-min-interval=31s'))).toBe(
      'SPEC_DIFFERS',
    );
    expect(await hosts()).toBe(first);

    const replaced = await create(
      '--if-exists',
      'replace',
      '--swarm-opt',
      'engine-refresh-min-interval=31s',
      '--yes',
    );
    expect(replaced.exitCode, replaced.stdout).toBe(0);
    const now = (await hosts()).trim().split('\n');
    expect(now).toHaveLength(2);
    for (const id of now) expect(first).not.toContain(id);
    expect((await place.swarmctl(['status', 'one'])).exitCode).toBe(0);
  });

  it('what bears a name of ours and is not ours is neither used nor removed', async () => {
    const foreign = ['create', '--name', 'swarmctl-one-1', sandbox.sleeperImage(), 'sleep', '9'];
    const id = (await place.docker(...foreign)).trim();
    try {
      const { exitCode, stderr } = await place.swarmctl(
        place.createArguments('one', ['--nodes', '1']),
      );
      expect(exitCode).toBe(3);
      expect(stderr).toContain('container swarmctl-one-1 exists, and swarmctl did not make it');
      await place.swarmctl(['destroy', 'one', '--yes']);
      expect(await place.docker('inspect', '--format', '{{.Id}}', 'swarmctl-one-1')).toBe(id);
    } finally {
      await place.docker('rm', '--force', 'swarmctl-one-1');
    }
  });
});
