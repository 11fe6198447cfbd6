import { expect, it } from 'vitest';
import { explainPlan } from '../../../src/plan/explain-plan.ts';
import type { Plan, Step } from '../../../src/plan/step.ts';
import { calm } from '../support/cluster.ts';

const never = () => Promise.reject(new Error('must not run'));
const step = (id: string, done: boolean | Error, more: Partial<Step> = {}): Step => ({
  ...{ id, title: id, run: never },
  isDone: () => (done instanceof Error ? Promise.reject(done) : Promise.resolve(done)),
  ...more,
});
const waits = (id: string): Step => ({ id, title: id, run: never });
const plan = (...lanes: Step[][]): Plan => [
  { title: 'stage', lanes: lanes.map((steps, index) => ({ title: `lane ${index}`, steps })) },
];

const ids = async (...lanes: Step[][]) =>
  (await explainPlan(plan(...lanes), calm)).map(({ id }) => id);

it('names what is not done, and neither runs nor names what only asks', async () => {
  expect(await ids([step('a', true), step('b', false), waits('c')])).toEqual(['b']);
  expect(await ids([step('a', true), waits('b')])).toEqual([]);
});

it('takes what is in something that is missing for missing, but nothing to put right there', async () => {
  const gone = new Error('no such host');
  const inside = { host: 'h', within: 'host h' };
  const corrects = step('y', gone, { ...inside, corrects: true });
  expect(
    await ids([step('host h', false, { host: 'h' }), step('x', gone, inside), corrects]),
  ).toEqual(['host h', 'x']);
});

it('takes what cannot be asked yet on a host that changes for due, in other lanes as well', async () => {
  const gone = new Error('no engine');
  const on = { host: 'h' };
  expect(await ids([step('install', false, on)], [step('store', gone, on)])).toEqual([
    'install',
    'store',
  ]);
});

it('fails where nothing explains why it cannot be asked', async () => {
  const lost = new Error('connection lost');
  await expect(ids([step('a', true, { host: 'h' }), step('b', lost, { host: 'h' })])).rejects.toBe(
    lost,
  );
});

it('says what a step consists of, or why that is not known yet', async () => {
  const explained = step('a', false, { host: 'h', explain: () => Promise.resolve(['one', 'two']) });
  const unknown = step('b', false, { explain: () => Promise.reject(new Error('no Docker')) });
  expect(await explainPlan(plan([explained], [unknown]), calm)).toEqual([
    { id: 'a', title: 'a', host: 'h', details: ['one', 'two'] },
    { id: 'b', title: 'b', host: null, details: ['cannot be said yet: no Docker'] },
  ]);
});
