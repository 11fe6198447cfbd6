import { expect, it } from 'vitest';
import { publicRecord, type ClusterRecord } from '../../../src/cluster/record.ts';
import { ClusterAccess } from '../../../src/hosts/access.ts';
import { CLAIM, LABEL } from '../../../src/hosts/labels.ts';
import { claimHost } from '../../../src/steps/claim-host.ts';
import { calm, hostOf } from '../support/cluster.ts';
import { quiet, worldOf } from '../support/world.ts';

/** The step for a host whose engine holds the claim of another cluster, or of none. */
async function claiming(claimed?: (record: ClusterRecord) => ClusterRecord) {
  const claims: Record<string, string>[] = [];
  const { world, record, outer } = await worldOf(
    {},
    {
      [`GET /volumes/${CLAIM}`]: () =>
        claims[0]
          ? { json: { Name: CLAIM, Labels: claims[0] } }
          : { status: 404, json: { message: 'no such volume' } },
      // An engine keeps the labels of a volume that it has, and says that all is well.
      'POST /volumes/create': ({ body }) => {
        const { Labels } = JSON.parse(body.toString()) as { Labels: Record<string, string> };
        if (claims.length === 0) claims.push(Labels);
        return { status: 201, json: { Name: CLAIM, Labels: claims[0] } };
      },
      [`DELETE /volumes/${CLAIM}`]: () => {
        claims.pop();
        return { status: 204, body: '' };
      },
    },
  );
  if (claimed) {
    const theirs = claimed(publicRecord(record));
    claims.push({
      [LABEL.cluster]: theirs.spec.name,
      [LABEL.record]: JSON.stringify(theirs),
    });
  }
  const noKeys = () => Promise.reject(new Error('asked for credentials'));
  const access = new (class extends ClusterAccess {
    override engine() {
      return Promise.resolve(outer.engine);
    }
    override engineIfAny() {
      return Promise.resolve(outer.engine);
    }
  })(record, world.servers, { cluster: noKeys, engine: noKeys }, false);
  return { step: claimHost({ ...world, access }, hostOf(record, 'demo-1')), claims };
}

it('is made, is known again, and goes', async () => {
  const { step, claims } = await claiming();
  expect(await step.isDone?.(calm)).toBe(false);
  await step.run(quiet);
  expect(await step.isDone?.(calm)).toBe(true);
  await step.undo?.(calm);
  expect(claims).toEqual([]);
});

it.each([
  [
    'of another name',
    (record: ClusterRecord) => ({ ...record, spec: { ...record.spec, name: 'other' } }),
    /belongs to cluster other/,
  ],
  [
    'of the same name that was made elsewhere',
    (record: ClusterRecord) => ({ ...record, createdAt: '2020-01-01T00:00:00.000Z' }),
    /belongs to another cluster demo, which was made from another machine or folder/,
  ],
])('leaves a host to the cluster %s', async (_, claimed, words) => {
  const { step, claims } = await claiming(claimed);
  expect(await step.isDone?.(calm)).toBe(false);
  await expect(step.run(quiet)).rejects.toThrow(words);
  await step.undo?.(calm);
  expect(claims).toHaveLength(1);
});
