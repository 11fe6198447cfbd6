import { X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sandbox } from '../helpers/settings.ts';
import { Workplace } from '../helpers/workplace.ts';

describe('a local cluster whose spec changes', () => {
  const cluster = 'turn';
  let place: Workplace;

  beforeEach(async () => {
    place = await Workplace.open();
  });

  afterEach(async () => {
    await place.close(cluster);
  });

  const create = (...flags: string[]) => place.swarmctl(place.createArguments(cluster, flags));
  const plan = (...flags: string[]) =>
    place.swarmctl(['plan', ...place.createArguments(cluster, flags).slice(1), '--exit-code']);

  /** Since when a host runs, and the IDs of what runs on it, by name. */
  async function seen(host: string): Promise<Record<string, string>> {
    const format = '{{.Name}} {{.Id}} {{.State.StartedAt}}';
    const inside = await place.dockerOn(host, 'ps', '--quiet');
    const lines = [
      await place.docker('inspect', '--format', format, `swarmctl-${host}`),
      await place.dockerOn(host, 'inspect', '--format', format, ...inside.trim().split('\n')),
    ].flatMap((text) => text.trim().split('\n'));
    return Object.fromEntries(
      lines.map((line): [string, string] => {
        const [name = '', rest = ''] = line.split(/ (.*)/s);
        return [name, rest];
      }),
    );
  }

  async function healthy() {
    const { stdout, exitCode } = await place.swarmctl(['status', cluster]);
    expect(stdout).toContain(`${cluster}: healthy`);
    expect(exitCode).toBe(0);
    return stdout;
  }

  it('grows and shrinks, and what stays is not touched', async () => {
    await place.create(cluster, ['--nodes', '1']);
    const run = ['run', '--detach', '--name', 'mine', sandbox.sleeperImage(), 'sleep', '900'];
    expect(await place.dockerThrough(cluster, run)).toMatchObject({ exitCode: 0 });
    const before = [await seen('turn-m'), await seen('turn-1')];
    const objects = await place.labelled(cluster);

    const planned = await plan('--nodes', '2');
    expect(planned.exitCode, planned.stderr).toBe(5);
    expect(planned.stdout).toContain('nodes: 1 → 2');
    expect(planned.stdout).toContain('turn-2 (local)\n  start host');
    expect(planned.stdout).not.toContain('turn-1 (local)');
    expect(await place.labelled(cluster)).toEqual(objects);

    const grown = await create('--nodes', '2', '--yes');
    expect(grown.exitCode, grown.stderr).toBe(0);
    expect(grown.stdout).toContain('2 nodes');
    expect([await seen('turn-m'), await seen('turn-1')]).toEqual(before);
    expect((await create('--nodes', '2')).stdout).toContain('Nothing to do');

    const shrinking = await plan('--nodes', '1');
    expect(shrinking.stdout).toContain('every container and volume on it');
    const shrunk = await create('--nodes', '1', '--yes');
    expect(shrunk.exitCode, shrunk.stderr).toBe(0);
    expect([await seen('turn-m'), await seen('turn-1')]).toEqual(before);
    expect((await place.labelled(cluster)).join()).not.toContain('turn-2');
    await healthy();
    expect((await create('--nodes', '1')).stdout).toContain('Nothing to do');
  });

  it('options of the manager replace the manager alone', async () => {
    await place.create(cluster, ['--nodes', '2']);
    const before = await Promise.all(['turn-m', 'turn-1', 'turn-2'].map(seen));
    const flags = ['--nodes', '2', '--swarm-opt', 'heartbeat=31s'];
    const refused = await create(...flags);
    expect(refused.exitCode).toBe(3);
    expect(refused.stderr).toContain('swarm.managerOptions: is (none), asked for heartbeat=31s');
    expect(refused.stderr).toContain('--yes');
    expect(await Promise.all(['turn-m', 'turn-1', 'turn-2'].map(seen))).toEqual(before);

    const done = await create(...flags, '--yes');
    expect(done.exitCode, done.stderr).toBe(0);
    const after = await Promise.all(['turn-m', 'turn-1', 'turn-2'].map(seen));
    expect(after.slice(1)).toEqual(before.slice(1));
    const manager = '/swarm-manager';
    expect({ ...after[0], [manager]: '' }).toEqual({ ...before[0], [manager]: '' });
    expect(after[0]?.[manager]).not.toBe(before[0]?.[manager]);
    await healthy();

    // And back again.
    expect((await create('--nodes', '2', '--yes')).exitCode).toBe(0);
    await healthy();
  });

  it('the master becomes a node, and none again', async () => {
    await place.create(cluster, ['--nodes', '1']);
    const before = await seen('turn-1');
    const node = await create('--nodes', '1', '--schedule-on-master', '--yes');
    expect(node.exitCode, node.stderr).toBe(0);
    expect(await healthy()).toMatch(/turn-m .*Healthy/);
    const none = await create('--nodes', '1', '--yes');
    expect(none.exitCode, none.stderr).toBe(0);
    expect(Object.keys(await seen('turn-m'))).not.toContain('/swarm-agent');
    expect(await seen('turn-1')).toEqual(before);
    await healthy();
  });

  it('what cannot be changed is told in whole, and nothing is changed', async () => {
    await place.create(cluster, ['--nodes', '1']);
    const objects = await place.labelled(cluster);
    const asked = ['--nodes', '2', '--local-address', '10.255.0.9', '--store-port', '2400'];
    const { exitCode, stderr } = await create(...asked, '--yes');
    expect(exitCode, stderr).toBe(3);
    expect(stderr).toMatch(
      /ports.store: is \(none\), asked for 2400 \(cannot be changed in place: /,
    );
    expect(stderr).toMatch(/localAddress: .*\(cannot be changed in place: /);
    expect(stderr).toContain('nodes: is 1, asked for 2\n');
    expect(stderr).toContain('--if-exists replace');
    expect(await place.labelled(cluster)).toEqual(objects);
  });

  it('killed while it grows: the same create finishes it, or the old one takes it back', async () => {
    await place.create(cluster, ['--nodes', '1']);
    const before = await seen('turn-1');
    const kill = async () => {
      const run = place.start(place.createArguments(cluster, ['--nodes', '3', '--yes']));
      await expect
        .poll(() => place.labelled(cluster), { timeout: 30_000, interval: 20 })
        .toContain('swarmctl-turn-3');
      run.kill('SIGKILL');
      await run;
    };
    await kill();
    const half = await place.swarmctl(['status', cluster]);
    expect(half.exitCode).toBe(4);
    expect(half.stdout).toContain('half-made: step "change" was begun and did not end');
    expect((await create('--nodes', '3')).stdout).toContain('3 nodes');
    expect(await seen('turn-1')).toEqual(before);
    await healthy();

    expect((await create('--nodes', '1', '--yes')).exitCode).toBe(0);
    await kill();
    expect((await create('--nodes', '1', '--yes')).exitCode).toBe(0);
    expect(await seen('turn-1')).toEqual(before);
    await healthy();

    await kill();
    expect((await place.swarmctl(['destroy', cluster, '--yes'])).exitCode).toBe(0);
    expect(await place.labelled(cluster)).toEqual([]);
  });

  it('killed while it shrinks: the host that goes is not forgotten', async () => {
    await place.create(cluster, ['--nodes', '2']);
    const run = place.start(place.createArguments(cluster, ['--nodes', '1', '--yes']));
    await expect
      .poll(() => place.labelled(cluster), { timeout: 30_000, interval: 20 })
      .not.toContain('swarmctl-turn-2');
    run.kill('SIGKILL');
    await run;
    const half = await place.swarmctl(['status', cluster]);
    expect(half.stdout).toContain('half-made: step "change" was begun and did not end');
    // Wanted again, it comes back.
    const back = await create('--nodes', '2', '--yes');
    expect(back.exitCode, back.stderr).toBe(0);
    await healthy();
  });

  it('is found by its labels as it has become', async () => {
    await place.create(cluster, ['--nodes', '1']);
    expect((await create('--nodes', '2', '--yes')).exitCode).toBe(0);
    await place.forget(cluster);
    expect((await place.swarmctl(['status', cluster])).stdout).toContain('turn-2');
    expect((await place.swarmctl(['destroy', cluster, '--yes'])).exitCode).toBe(0);
    expect(await place.labelled(cluster)).toEqual([]);
  });

  it('other settings of the engines make the hosts anew around what they hold', async () => {
    await place.create(cluster, ['--nodes', '1']);
    const run = ['run', '--detach', '--name', 'mine', '--restart', 'always'];
    const sleeper = [sandbox.sleeperImage(), 'sleep', '900'];
    expect(await place.dockerThrough(cluster, [...run, ...sleeper])).toMatchObject({ exitCode: 0 });
    const ids = async () =>
      (await place.dockerOn('turn-1', 'ps', '--no-trunc', '--quiet')).trim().split('\n').sort();
    const identity = () => place.dockerOn('turn-1', 'info', '--format', '{{.ID}}');
    const before = [await ids(), await identity()];

    const wanted = ['--nodes', '1', '--engine-label', 'disk=ssd', '--tls-san', 'swarm.example.org'];
    expect((await plan(...wanted)).stdout).toContain('made anew around its data');
    const changed = await create(...wanted, '--yes');
    expect(changed.exitCode, changed.stderr).toBe(0);
    expect([await ids(), await identity()]).toEqual(before);
    expect(await place.dockerOn('turn-1', 'info', '--format', '{{.Labels}}')).toContain('disk=ssd');
    const ca = await place.docker(
      'exec',
      'swarmctl-turn-m',
      'cat',
      '/etc/swarmctl/tls/manager/cert.pem',
    );
    expect(new X509Certificate(ca).subjectAltName).toContain('DNS:swarm.example.org');
    expect((await place.labelled(cluster)).join()).not.toContain('replaced');
    await healthy();
    expect((await create(...wanted)).stdout).toContain('Nothing to do');
  });

  it('killed while a host is made anew: the same create finishes it, and destroy leaves nothing', async () => {
    await place.create(cluster, ['--nodes', '1']);
    const identity = () => place.dockerOn('turn-1', 'info', '--format', '{{.ID}}');
    const before = await identity();
    const wanted = ['--nodes', '1', '--engine-label', 'disk=ssd'];
    const kill = async (flags: readonly string[]) => {
      const run = place.start(place.createArguments(cluster, [...flags, '--yes']));
      await expect
        .poll(() => place.labelled(cluster), { timeout: 60_000, interval: 20 })
        .toContain('swarmctl-turn-1.replaced');
      run.kill('SIGKILL');
      await run;
    };
    await kill(wanted);
    const finished = await create(...wanted);
    expect(finished.exitCode, finished.stderr).toBe(0);
    expect(await identity()).toBe(before);
    await healthy();
    await kill(['--nodes', '1']);
    expect((await place.swarmctl(['destroy', cluster, '--yes'])).exitCode).toBe(0);
    expect(await place.labelled(cluster)).toEqual([]);
  });
});
