import { expect, it } from 'vitest';
import { SwarmctlError } from '../../../src/errors.ts';
import type { ProgressEvent } from '../../../src/plan/progress.ts';
import type { Lane, Stage, Step } from '../../../src/plan/step.ts';
import { EventLines } from '../../../src/ui/event-lines.ts';
import { readEvents } from '../../helpers/schemas.ts';

const step: Step = {
  id: 'host demo-1',
  title: 'start host',
  host: 'demo-1',
  run: () => Promise.resolve(),
};
const record: Step = { id: 'record', title: 'write it down', run: () => Promise.resolve() };
const lane: Lane = { title: 'demo-1', steps: [record, step] };
const stage: Stage = { title: 'Hosts', lanes: [lane] };

function told(...events: readonly ProgressEvent[]) {
  let text = '';
  const lines = new EventLines((line) => (text += line));
  for (const event of events) lines.tell(event);
  return { text: () => text, lines };
}

it('has a line for everything that a step does, as schemas/events.json promises', () => {
  const error = new SwarmctlError('TIMEOUT', 'too slow', { host: 'demo-1' });
  const { text } = told(
    { type: 'begin', plan: [stage], does: 'run' },
    { type: 'stage begins', stage },
    { type: 'lane begins', stage, lane },
    { type: 'step begins', lane, step: record },
    { type: 'step done', lane, step: record, changed: true, milliseconds: 12 },
    { type: 'step begins', lane, step },
    { type: 'step says', lane, step, sentence: 'loads alpine' },
    { type: 'step says', lane, step, sentence: 'still waiting for its engine (3.0 s)' },
    { type: 'step says', lane, step, sentence: 'still waiting for its engine (4.0 s)' },
    { type: 'step failed', lane, step, error, milliseconds: 34 },
    { type: 'lane failed', lane, error },
    { type: 'lane blocked', lane, step },
    { type: 'stage ends', stage, well: false, milliseconds: 56 },
    { type: 'stage ends', stage, well: true, milliseconds: 78 },
  );
  const host = 'demo-1';
  const id = 'host demo-1';
  const stamp = { schema: 1, time: expect.any(String) as string };
  expect(readEvents(text())).toEqual(
    [
      { type: 'plan-begun', does: 'run', steps: 2 },
      { type: 'stage-begun', stage: 'Hosts' },
      { type: 'step-begun', step: 'record', host: null, title: 'write it down' },
      { type: 'step-done', step: 'record', host: null, changed: true, ms: 12 },
      { type: 'step-begun', step: id, host, title: 'start host' },
      { type: 'note', step: id, host, message: 'loads alpine' },
      { type: 'waiting', step: id, host, message: 'still waiting for its engine (3.0 s)' },
      { type: 'step-failed', step: id, host, code: 'TIMEOUT', message: 'too slow', ms: 34 },
      { type: 'step-blocked', step: id, host },
      { type: 'stage-failed', stage: 'Hosts', ms: 56 },
      { type: 'stage-done', stage: 'Hosts', ms: 78 },
    ].map((event) => ({ ...stamp, ...event })),
  );
});

it('has no secrets, and one in a text spoils no other', () => {
  const { text, lines } = told();
  lines.line('note', {
    ...{ step: 'tcp://10.0.0.1:2376', host: null },
    message: 'through http://bob:geheim@proxy, at token://h/v1/0123456789abcdef0123456789abcdef',
  });
  expect(readEvents(text())).toMatchObject([
    {
      step: 'tcp://10.0.0.1:2376',
      message: 'through http://[redacted]@proxy, at token://h/v1/[redacted]',
    },
  ]);
});

it.each([
  ['a type that is none', { type: 'step-started', stage: 'Hosts' }],
  ['what is missing', { type: 'stage-done', stage: 'Hosts' }],
  ['what is more than promised', { type: 'stage-begun', stage: 'Hosts', more: 1 }],
  ['an error of another form', { type: 'result', ok: false, error: 'no', warnings: [] }],
])('the schema refuses %s', (_what, event) => {
  const line = JSON.stringify({ schema: 1, time: new Date().toISOString(), ...event });
  expect(() => readEvents(line)).toThrow(line);
});
