import { describe, expect, it } from 'vitest';
import { findCluster, requireCluster } from '../../../src/actions/find-cluster.ts';
import { SwarmctlError } from '../../../src/errors.ts';
import { recordOf } from '../support/cluster.ts';
import { machine } from './support.ts';

/** A network as the engine lists it, with the record of a cluster in its labels. */
const labelled = (...names: string[]) => ({
  'GET /networks': {
    json: names.map((name) => ({
      Id: name,
      Name: `swarmctl-${name}`,
      Labels: { 'io.swarmctl.record': JSON.stringify(recordOf({ name })) },
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
    const { home, context, warnings, outer } = await machine(labelled('demo'));
    const here = { ...recordOf(), engine: outer.engine.url };
    expect((await findCluster('demo', context)).record).toEqual(here);
    expect((await findCluster(undefined, context)).record).toEqual(here);
    await home.cluster('demo').write('cluster.json', '{');
    expect((await findCluster('demo', context)).record).toEqual(here);
    expect(warnings).toHaveLength(3);
    expect(warnings[2]).toMatch(/^demo: .*not valid JSON; it was found by its labels$/);
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
