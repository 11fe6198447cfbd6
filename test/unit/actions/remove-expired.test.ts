import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { removeExpired } from '../../../src/actions/remove-expired.ts';
import { labelRecord, type ClusterRecord } from '../../../src/cluster/record.ts';
import { LABEL } from '../../../src/hosts/labels.ts';
import { heldBy, recordOf, type SpecChanges } from '../support/cluster.ts';
import type { Routes } from '../support/fake-engine.ts';
import { machine } from './support.ts';

const NOON = Date.parse('2030-01-01T12:00:00Z');
const at = (seconds: number) => new Date(NOON + seconds * 1000).toISOString();
const really = { dryRun: false, concurrency: 2 };
const look = { ...really, dryRun: true };

interface Held {
  readonly record: ClusterRecord;
  readonly since: string;
  /** In a volume, as after a change. */
  readonly changed?: boolean;
}

/** An engine at noon of a day that is none of ours, which holds these clusters. */
function holding(...clusters: Held[]): Routes {
  const left = new Set(clusters);
  const labels = ({ record }: Held) => ({
    [LABEL.cluster]: record.spec.name,
    [LABEL.record]: JSON.stringify(labelRecord(record)),
  });
  const wanted = (query: URLSearchParams) => {
    const filters = JSON.parse(query.get('filters') ?? '{}') as { label?: string[] };
    const name = filters.label?.[0]?.split('=')[1];
    return [...left].filter(({ record }) => name === undefined || record.spec.name === name);
  };
  const network = (held: Held) => ({
    ...{ Id: held.record.spec.name, Name: `swarmctl-${held.record.spec.name}` },
    ...{ Created: held.since, Labels: labels(held) },
  });
  const volume = (held: Held) => ({
    ...{ Name: `swarmctl-${held.record.spec.name}-record`, CreatedAt: held.since },
    Labels: labels(held),
  });
  return {
    'GET /info': { json: { OSType: 'linux', SystemTime: at(0) } },
    'GET /networks': ({ query }) => ({ json: wanted(query).map(network) }),
    'GET /volumes': ({ query }) => ({
      json: {
        Volumes: wanted(query)
          .filter(({ changed }) => changed)
          .map(volume),
      },
    }),
    ...Object.fromEntries(
      clusters.flatMap((held) => {
        const { name } = held.record.spec;
        const gone = { status: 204, body: '' };
        return [
          [`GET /networks/${name}`, { json: network(held) }],
          [`DELETE /networks/${name}`, () => (left.delete(held), gone)],
          ...(held.changed
            ? [
                [`GET /volumes/swarmctl-${name}-record`, { json: volume(held) }],
                [`DELETE /volumes/swarmctl-${name}-record`, gone],
              ]
            : []),
        ] as [string, Routes[string]][];
      }),
    ),
  };
}

const cluster = (name: string, changes: SpecChanges = {}) => recordOf({ name, ...changes });

/** The machine, knowing these clusters, and a second in which the engine holds what it holds. */
async function knowing(records: readonly ClusterRecord[], ...held: Held[]) {
  const here = await machine(holding(...held));
  for (const record of records) {
    await here.home.cluster(record.spec.name).writeRecord(heldBy(record, here.outer.engine.url));
  }
  return here;
}

const told = (outcomes: Awaited<ReturnType<typeof removeExpired>>) =>
  outcomes.map(({ name, outcome }) => `${name} ${outcome}`);

describe('gc', () => {
  it('removes what is over by the clock of the engine, and nothing else', async () => {
    const old = cluster('old', { ttl: 60 });
    const young = cluster('young', { ttl: 60 });
    const forever = cluster('forever');
    const { context, home } = await knowing(
      [old, young, forever],
      { record: old, since: at(-61) },
      { record: young, since: at(-59) },
      { record: forever, since: at(-999_999) },
    );
    expect(told(await removeExpired(look, context))).toEqual(['old expired', 'young alive']);
    expect(await home.cluster('old').exists()).toBe(true);

    const done = await removeExpired(really, context);
    expect(told(done)).toEqual(['old removed', 'young alive']);
    expect(done[1]?.expires).toEqual({ at: at(1), secondsLeft: 1 });
    expect(await home.cluster('old').exists()).toBe(false);
    expect(await home.cluster('young').exists()).toBe(true);
    expect(await home.cluster('forever').exists()).toBe(true);
    expect(told(await removeExpired(really, context))).toEqual(['young alive']);
  });

  it('finds by its labels what another machine has made', async () => {
    const old = cluster('old', { ttl: 60 });
    const { context, outer } = await knowing([], { record: old, since: at(-60) });
    expect(told(await removeExpired(really, context))).toEqual(['old removed']);
    expect(outer.paths()).toContain('DELETE /networks/old');
  });

  it('counts from the last change', async () => {
    const turned = cluster('turned', { ttl: 60 });
    const { context } = await knowing([turned], {
      ...{ record: turned, since: at(-30), changed: true },
    });
    const [expiring] = await removeExpired(really, context);
    expect(expiring).toMatchObject({ outcome: 'alive', expires: { secondsLeft: 30 } });
  });

  it('does not count from when a cluster without a ttl was made, when its ttl is new', async () => {
    const turned = cluster('turned', { ttl: 60 });
    const { context } = await knowing([turned], {
      ...{ record: cluster('turned'), since: at(-999_999) },
    });
    const [expiring] = await removeExpired(really, context);
    expect(expiring).toMatchObject({ outcome: 'alive', expires: { secondsLeft: 60 } });
  });

  it.each([
    [-61, 'removed'],
    [-30, 'alive'],
  ])('judges by the record alone what no engine knows: %i s', async (seconds, outcome) => {
    const half = cluster('half', { ttl: 60 });
    const { context, home } = await knowing([half]);
    const then = Date.now() / 1000 + seconds;
    await utimes(path.join(home.cluster('half').path, 'cluster.json'), then, then);
    expect(told(await removeExpired(really, context))).toEqual([`half ${outcome}`]);
  });

  it('leaves a cluster that somebody works on', async () => {
    const old = cluster('old', { ttl: 60 });
    const { context, home } = await knowing([old], { record: old, since: at(-61) });
    const owner = { pid: process.pid, machine: hostname(), since: at(0) };
    await mkdir(path.join(home.path, 'locks'), { recursive: true });
    await writeFile(path.join(home.path, 'locks/old'), JSON.stringify(owner));
    const [expiring] = await removeExpired(really, context);
    expect(expiring).toMatchObject({ outcome: 'locked' });
    expect(expiring?.reason).toContain(`process ${process.pid}`);
    expect(await home.cluster('old').exists()).toBe(true);
  });

  it('leaves a cluster of the same name that was made elsewhere', async () => {
    const ours = cluster('old', { ttl: 60 });
    const theirs = { ...ours, createdAt: '2020-01-01T00:00:00.000Z' };
    const { context, outer, home } = await knowing([ours], { record: theirs, since: at(-61) });
    const [expiring] = await removeExpired(really, context);
    expect(expiring).toMatchObject({ outcome: 'failed', expires: null });
    expect(expiring?.reason).toContain('made from another machine or folder');
    expect(outer.paths().join()).not.toContain('DELETE');
    expect(await home.cluster('old').exists()).toBe(true);
  });

  it('goes on after a failure', async () => {
    const [lost, old] = [cluster('lost', { ttl: 60 }), cluster('old', { ttl: 60 })];
    const { context, home } = await knowing([old], { record: old, since: at(-61) });
    await home.cluster('lost').writeRecord(heldBy(lost, 'unix:///nonexistent/docker.sock'));
    await home.cluster('broken').write('cluster.json', '{');
    expect(told(await removeExpired(really, context))).toEqual(['lost failed', 'old removed']);
    expect(await home.cluster('lost').exists()).toBe(true);
    expect(await home.cluster('broken').exists()).toBe(true);
  });

  it('says where it could not look', async () => {
    const { context, warnings } = await machine();
    const blind = { ...context, env: { DOCKER_HOST: 'unix:///nonexistent/docker.sock' } };
    expect(await removeExpired(really, blind)).toEqual([]);
    expect(warnings.join()).toContain('what only labels tell of is not looked for');
  });
});
