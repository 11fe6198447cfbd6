import { describe, expect, it } from 'vitest';
import { findCluster, requireCluster } from '../../../src/actions/find-cluster.ts';
import { recordsByLabel } from '../../../src/actions/locate.ts';
import type { ClusterRecord } from '../../../src/cluster/record.ts';
import { SwarmctlError } from '../../../src/errors.ts';
import { calm, heldBy, recordAt, recordOf, TOKEN } from '../support/cluster.ts';
import { fakeEngine } from '../support/fake-engine.ts';
import { tarOf } from '../support/image-archive.ts';
import { machine } from './support.ts';

/** Networks as the engine lists them, each with the record of a cluster in its labels. */
const labelled = (...records: ClusterRecord[]) => ({
  'GET /volumes': { json: { Volumes: [] } },
  'GET /networks': {
    json: records.map((record) => ({
      Id: record.spec.name,
      Name: `swarmctl-${record.spec.name}`,
      Labels: { 'io.swarmctl.record': JSON.stringify(record) },
    })),
  },
});

async function failureOf(work: Promise<unknown>): Promise<SwarmctlError> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(SwarmctlError);
  return error as SwarmctlError;
}

describe('findCluster', () => {
  it('finds a cluster by its name in the state, without asking the engine', async () => {
    const { home, context, outer } = await machine();
    await home.cluster('demo').writeRecord(recordOf());
    expect((await findCluster('demo', context)).record).toEqual(recordOf());
    expect(outer.requests).toEqual([]);
  });

  it('takes the only one there is when no name is given', async () => {
    const { home, context } = await machine();
    await home.cluster('demo').writeRecord(recordOf());
    expect((await findCluster(undefined, context)).name).toBe('demo');
  });

  it('asks which when there are several, and says what to do when there is none', async () => {
    const { home, context } = await machine();
    expect(await failureOf(findCluster(undefined, context))).toMatchObject({
      code: 'NO_CLUSTER',
      message: 'there is no cluster',
    });
    await home.cluster('b').writeRecord(recordOf({ name: 'b' }));
    await home.cluster('a').writeRecord(recordOf({ name: 'a' }));
    expect(await failureOf(findCluster(undefined, context))).toMatchObject({
      code: 'SEVERAL_CLUSTERS',
      exitCode: 2,
      message: 'which cluster? There are a, b',
    });
  });

  it('finds a cluster by its labels when the state is lost or broken, and says so', async () => {
    const { home, context, warnings, outer } = await machine(labelled(recordOf()));
    const here = recordAt(outer.engine.url);
    expect((await findCluster('demo', context)).record).toEqual(here);
    expect((await findCluster(undefined, context)).record).toEqual(here);
    await home.cluster('demo').write('cluster.json', '{');
    expect((await findCluster('demo', context)).record).toEqual(here);
    expect(warnings).toHaveLength(3);
    expect(warnings[2]).toMatch(/^demo: .*not valid JSON; it was found by its labels$/);
  });

  it('finds the other clusters beside one of a discovery that this version does not know', async () => {
    for (const discovery of ['etcd9', 'etcd9://a:1', 'token://a', '']) {
      const records = [
        recordOf({ name: 'new', discovery }),
        recordOf({ name: 'old' }),
        recordOf({ name: 'tok', discovery: 'token://a:1/v1' }),
      ];
      const tokens = await tarOf({ 'token-service/tokens': `${TOKEN}\n` });
      const outer = await fakeEngine({
        ...labelled(...records.map((record) => ({ ...record, token: null }))),
        'GET /containers/swarmctl-tok-m/archive': { body: tokens },
      });
      const found = await recordsByLabel(outer.engine, calm);
      expect([...found.keys()].sort()).toEqual(['new', 'old', 'tok']);
      expect(found.get('new')).toMatchObject({ spec: { discovery }, token: null });
      expect(found.get('old')).toEqual(records[1] && heldBy(records[1], outer.engine.url));
      expect(found.get('tok')?.token).toBe(TOKEN);
    }
  });

  it('finds a cluster whose master cannot tell its token', async () => {
    const outer = await fakeEngine({
      ...labelled(recordOf({ discovery: 'token' })),
      'GET /containers/swarmctl-demo-m/archive': { status: 500, json: { message: 'disk error' } },
    });
    expect((await recordsByLabel(outer.engine, calm)).get('demo')?.token).toBeNull();
  });

  it('passes over labels that hold no record', async () => {
    const { context } = await machine({
      'GET /networks': {
        json: [{ Labels: { 'io.swarmctl.record': '{"spec":1}' } }, { Labels: null }, {}],
      },
    });
    expect((await findCluster('demo', context)).record).toBeUndefined();
  });

  it('does without an engine', async () => {
    const { context } = await machine();
    const alone = { ...context, env: { DOCKER_HOST: 'unix:///nonexistent/docker.sock' } };
    expect(await findCluster('demo', alone)).toEqual({
      name: 'demo',
      record: undefined,
      problem: 'its state file is missing',
    });
  });
});

it('requireCluster says why there is none', async () => {
  const { context } = await machine();
  const error = await failureOf(requireCluster('demo', context));
  expect(error.code).toBe('NO_CLUSTER');
  expect(error.message).toBe('there is no cluster demo: its state file is missing');
  expect(error.suggestions[0]).toBe('swarmctl ls');
});
