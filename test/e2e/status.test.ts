import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClusterStatus } from '../../src/health/status.ts';
import { validateJson } from '../helpers/schemas.ts';
import { Workplace } from '../helpers/workplace.ts';

describe('status of a cluster in trouble', () => {
  const cluster = 'ill';
  let place: Workplace;
  const status = async () => {
    const document = await place.json<{ result: ClusterStatus }>(['status', cluster]);
    expect(validateJson('status', document)).toEqual([]);
    return document.result;
  };
  const node = async (name: string) => (await status()).nodes.find((each) => each.name === name);

  beforeAll(async () => {
    place = await Workplace.open();
    await place.create(cluster, ['--nodes', '2']);
  });

  afterAll(async () => {
    await place.close(cluster);
  });

  it('a stopped agent: still Healthy for the manager, but degraded and named', async () => {
    await place.dockerOn('ill-1', 'stop', '--time', '1', 'swarm-agent');
    expect(await node('ill-1')).toMatchObject({
      status: 'Healthy',
      reason: expect.stringContaining('swarm-agent ended with exit code') as string,
    });
    const { exitCode, stdout } = await place.swarmctl(['status', cluster]);
    expect(exitCode).toBe(4);
    expect(stdout).toContain('ill: degraded');
    await place.dockerOn('ill-1', 'start', 'swarm-agent');
    expect(
      (await place.swarmctl(['status', cluster, '--wait', 'healthy', '--timeout', '60s'])).exitCode,
    ).toBe(0);
  });

  it('a frozen host: the reason names its engine', async () => {
    await place.docker('pause', 'swarmctl-ill-1');
    expect(await node('ill-1')).toMatchObject({
      reason: expect.stringContaining('its engine does not answer: no answer within') as string,
    });
    await place.docker('unpause', 'swarmctl-ill-1');
  });

  it('a stopped host: the reason is the host, within a second', async () => {
    await place.docker('stop', '--time', '1', 'swarmctl-ill-2');
    expect(await node('ill-2')).toMatchObject({
      reason: expect.stringContaining('it was stopped: swarmctl start ill-2') as string,
    });
    const waited = await place.swarmctl([
      'status',
      cluster,
      '--wait',
      'healthy',
      '--timeout',
      '2s',
    ]);
    expect(waited.exitCode).toBe(4);
    expect(waited.stderr).toContain('ill-2');
    await place.docker('start', 'swarmctl-ill-2');
  });

  it('comes back to healthy by itself', async () => {
    const { exitCode, stderr } = await place.swarmctl([
      'status',
      cluster,
      '--wait',
      'healthy',
      '--timeout',
      '150s',
    ]);
    expect(exitCode, stderr).toBe(0);
  });

  it('a stopped store: the manager serves on, the store is named', async () => {
    await place.dockerOn('ill-m', 'stop', '--time', '1', 'etcd');
    const seen = await status();
    expect(seen.health).toBe('degraded');
    expect(seen.discovery).toMatchObject({ status: 'down' });
    expect(seen.problems.join()).toMatch(/etcd on ill-m does not answer/);
    await place.dockerOn('ill-m', 'start', 'etcd');
    expect(
      (await place.swarmctl(['status', cluster, '--wait', 'healthy', '--timeout', '90s'])).exitCode,
    ).toBe(0);
  });

  it('a stopped manager: down', async () => {
    await place.dockerOn('ill-m', 'stop', '--time', '1', 'swarm-manager');
    const seen = await status();
    expect(seen).toMatchObject({ health: 'down', manager: { status: 'down', version: null } });
    expect(seen.nodes.map((each) => each.status)).toEqual(['Unknown', 'Unknown']);
  });

  it('create mends what is missing and nothing else', async () => {
    const before = await place.docker(
      'inspect',
      '--format',
      '{{.State.StartedAt}}',
      'swarmctl-ill-1',
    );
    const { stdout } = await place.create(cluster, ['--nodes', '2']);
    expect(stdout).toContain('is healthy');
    expect(
      await place.docker('inspect', '--format', '{{.State.StartedAt}}', 'swarmctl-ill-1'),
    ).toBe(before);
  });
});
