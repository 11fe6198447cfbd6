import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Switched } from '../../src/actions/switch-hosts.ts';
import { validateJson } from '../helpers/schemas.ts';
import { sandbox } from '../helpers/settings.ts';
import { Workplace } from '../helpers/workplace.ts';

const cluster = 'sw';
let place: Workplace;

beforeAll(async () => {
  place = await Workplace.open();
  await place.create(cluster, ['--nodes', '2', '--engine-label', 'region=eu']);
});

afterAll(async () => {
  await place.close(cluster);
});

const status = async () => place.status(cluster);
const states = () =>
  place.docker('ps', '--all', '--filter', 'name=swarmctl-sw-', '--format', '{{.Names}} {{.State}}');

describe('inspect', () => {
  it('shows what was written down, of a cluster and of a host', async () => {
    const { stdout } = await place.swarmctl(['inspect', cluster]);
    expect(JSON.parse(stdout)).toMatchObject({ name: cluster, spec: { nodes: 2 }, token: null });
    const host = await place.swarmctl(['inspect', 'sw-1', '--format', '{{.Cluster}} {{.role}}']);
    expect(host.stdout).toBe('sw node');
  });

  it('says which field was meant', async () => {
    const { exitCode, stderr } = await place.swarmctl(['inspect', '--format', '{{.specs}}']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('did you mean spec?');
  });
});

describe('ls', () => {
  it.each([
    [['--quiet'], 'sw'],
    [['-q', '--filter', 'name=^s'], 'sw'],
    [['-q', '--filter', 'name=other'], ''],
    [['-q', '--filter', 'label=region=eu', '--filter', 'health=healthy'], 'sw'],
    [['--format', '{{.name}} {{.health}} {{.nodes}}'], 'sw healthy 2'],
    [['--format', String.raw`table {{.Name}}\t{{.Health}}`], 'NAME  HEALTH\nsw    healthy'],
  ])('%j', async (flags, expected) => {
    const { exitCode, stdout } = await place.swarmctl(['ls', ...flags]);
    expect(exitCode).toBe(0);
    expect(stdout).toBe(expected);
  });
});

describe('stop and start', () => {
  it('stop one host, which the others and the manager do without', async () => {
    const document = await place.json<{ result: Switched[] }>(['stop', 'sw-1']);
    expect(validateJson('stop', document)).toEqual([]);
    expect(document.result).toEqual([{ cluster, hosts: ['sw-1'], changed: true, servers: [] }]);
    expect((await states()).split('\n').sort()).toEqual([
      'swarmctl-sw-1 exited',
      'swarmctl-sw-2 running',
      'swarmctl-sw-m running',
    ]);
    expect((await status()).problems.join('\n')).toContain(
      'it was stopped: swarmctl start sw-1 starts it',
    );
  });

  it('have nothing to do twice', async () => {
    const { exitCode, stdout } = await place.swarmctl(['stop', 'sw-1']);
    expect(exitCode).toBe(0);
    expect(stdout).toBe('sw: sw-1 is already stopped');
  });

  it('start it again, and return when the manager calls it Healthy', async () => {
    const { exitCode, stdout, stderr } = await place.swarmctl(['start', 'sw-1']);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toBe('sw: sw-1 is running');
    expect((await status()).health).toBe('healthy');
  });

  it('stop all of it, with containers that come back when it starts', async () => {
    const run = ['run', '-d', '--restart', 'always', '--name', 'web', sandbox.sleeperImage()];
    expect((await place.dockerThrough(cluster, [...run, 'sleep', '3600'])).exitCode).toBe(0);
    expect((await place.swarmctl(['stop', cluster])).exitCode).toBe(0);
    expect(await states()).not.toContain('running');
    const started = await place.swarmctl(['start']);
    expect(started.exitCode, started.stderr).toBe(0);
    expect((await status()).health).toBe('healthy');
    await expect
      .poll(async () => (await place.dockerThrough(cluster, ['ps'])).stdout, { timeout: 30_000 })
      .toContain('web');
  });

  it('restart a host', async () => {
    const before = await place.docker('inspect', '-f', '{{.State.StartedAt}}', 'swarmctl-sw-2');
    expect((await place.swarmctl(['restart', 'sw-2'])).stdout).toBe('sw: sw-2 is running again');
    const after = await place.docker('inspect', '-f', '{{.State.StartedAt}}', 'swarmctl-sw-2');
    expect(after).not.toBe(before);
  });

  it('name what they do not know, and switch nothing', async () => {
    const { exitCode, stderr } = await place.swarmctl(['stop', 'sw-2', 'sw-3']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('did you mean');
    expect(await states()).not.toContain('exited');
  });

  it('is finished by create, and removed by destroy', async () => {
    await place.swarmctl(['stop', cluster]);
    const again = await place.swarmctl(
      place.createArguments(cluster, ['--nodes', '2', '--engine-label', 'region=eu']),
    );
    expect(again.exitCode, again.stderr).toBe(0);
    expect((await status()).health).toBe('healthy');
    await place.swarmctl(['stop', cluster]);
    expect((await place.swarmctl(['destroy', cluster, '--yes'])).exitCode).toBe(0);
    expect(await place.labelled(cluster)).toEqual([]);
  });
});

describe('status --watch', () => {
  it('tells what changes until it is interrupted, which is no failure', async () => {
    const watching = place.start(['status', 'other', '--watch', '--interval', '100ms']);
    const read = async () => {
      for await (const chunk of watching.stdout) if (String(chunk).includes('no cluster')) return;
    };
    await read();
    await sleep(500);
    watching.kill('SIGINT');
    const { exitCode, stdout } = await watching;
    expect(exitCode).toBe(0);
    expect(stdout.match(/there is no cluster other/g)).toHaveLength(1);
  });
});
