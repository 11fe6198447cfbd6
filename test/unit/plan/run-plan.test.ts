import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { SwarmctlError } from '../../../src/errors.ts';
import type { ProgressEvent } from '../../../src/plan/progress.ts';
import { leftInPlace, runPlan, undoPlan } from '../../../src/plan/run-plan.ts';
import type { Plan, Stage, Step } from '../../../src/plan/step.ts';
import { Journal } from '../../../src/state/journal.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A stage of lanes, each named like its first step. */
function stage(title: string, ...lanes: Step[][]): Stage {
  return { title, lanes: lanes.map((steps) => ({ title: steps[0]?.id ?? '', steps })) };
}

/** What a run needs, and what it has said and done. */
async function workbench(options: { concurrency?: number; signal?: AbortSignal } = {}) {
  const folder = path.join(await temporaryFolder(), 'cluster');
  const journal = new Journal(path.join(folder, 'journal.ndjson'));
  await journal.open();
  const did: string[] = [];
  const told: ProgressEvent[] = [];
  let ended = 0;
  const run = {
    journal,
    concurrency: options.concurrency ?? 8,
    signal: options.signal ?? new AbortController().signal,
    progress: {
      tell: (event: ProgressEvent) => void told.push(event),
      end: () => {
        ended += 1;
        return Promise.resolve();
      },
    },
  };
  /** A step that changes something and says so in `did`. */
  const change = (id: string, more: Partial<Step> = {}): Step => ({
    id,
    title: `make ${id}`,
    isDone: () => Promise.resolve(false),
    run: () => Promise.resolve(void did.push(id)),
    undo: () => Promise.resolve(void did.push(`undo ${id}`)),
    ...more,
  });
  const words = () =>
    told.flatMap((event) => {
      if (event.type === 'begin') return ['begin'];
      if (event.type === 'stage begins') return [`stage ${event.stage.title}`];
      if (event.type === 'step begins') return [`${event.lane.title} says ${event.step.title}`];
      if (event.type === 'step says') return [`${event.lane.title} says ${event.sentence}`];
      if (event.type === 'lane done') {
        return [`${event.lane.title} ${event.changed ? 'changed' : 'unchanged'}`];
      }
      if (event.type === 'lane blocked') {
        return [`${event.lane.title} stopped before ${event.step.id}`];
      }
      return event.type === 'lane failed' ? [`${event.lane.title} failed`] : [];
    });
  return { run, journal, folder, did, change, words, ended: () => ended };
}

const fails = (message: string): Partial<Step> => ({
  run: () => Promise.reject(new Error(message)),
});

async function failureOf(work: Promise<unknown>): Promise<SwarmctlError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SwarmctlError);
  return error as SwarmctlError;
}

describe('runPlan', () => {
  it('runs stages in order, and the steps of a lane in order', async () => {
    const { run, did, change, words, ended } = await workbench();
    const changed = await runPlan(
      [stage('one', [change('a'), change('b')]), stage('two', [change('c')])],
      run,
    );
    expect(did).toEqual(['a', 'b', 'c']);
    expect(changed).toEqual(['a', 'b', 'c']);
    expect(words()).toEqual([
      'begin',
      'stage one',
      'a says make a',
      'a says make b',
      'a changed',
      'stage two',
      'c says make c',
      'c changed',
    ]);
    expect(ended()).toBe(1);
  });

  it('begins a stage when every lane of the one before has ended', async () => {
    const { run, did, change } = await workbench();
    const slow = change('slow', {
      run: async () => {
        await sleep(30);
        did.push('slow');
      },
    });
    await runPlan([stage('one', [slow], [change('quick')]), stage('two', [change('last')])], run);
    expect(did).toEqual(['quick', 'slow', 'last']);
  });

  it('skips what is done already: not run, not journalled, not counted', async () => {
    const { run, journal, did, change, words } = await workbench();
    const done = change('done', { isDone: () => Promise.resolve(true) });
    expect(await runPlan([stage('one', [done], [change('open')])], run)).toEqual(['open']);
    expect(did).toEqual(['open']);
    expect([...(await journal.read()).keys()]).toEqual(['open']);
    expect(words()).toContain('done unchanged');
  });

  it('writes the journal before a change and after it', async () => {
    const { run, journal, change } = await workbench();
    let during: string | undefined;
    const step = change('step', {
      run: async () => {
        during = (await journal.read()).get('step');
      },
    });
    await runPlan([stage('one', [step])], run);
    expect(during).toBe('begun');
    expect((await journal.read()).get('step')).toBe('done');
  });

  it('does not journal a step that only waits, and does not count it as a change', async () => {
    const { run, journal, did, words } = await workbench();
    const wait: Step = {
      id: 'wait',
      title: 'wait',
      run: ({ report }) => {
        report('still waiting for godot');
        did.push('waited');
        return Promise.resolve();
      },
    };
    expect(await runPlan([stage('one', [wait])], run)).toEqual([]);
    expect(did).toEqual(['waited']);
    expect((await journal.read()).size).toBe(0);
    expect(words()).toContain('wait says still waiting for godot');
    expect(words()).toContain('wait unchanged');
  });

  it('lets the other lanes end when one fails, and begins no further stage', async () => {
    const { run, journal, did, change, words, ended } = await workbench();
    const slow = change('slow', {
      run: async () => {
        await sleep(30);
        did.push('slow');
      },
    });
    const bad = change('bad', { ...fails('disk full'), host: 'demo-1' });
    const plan = [
      stage('one', [bad, change('after bad')], [slow, change('after slow')]),
      stage('two', [change('never')]),
    ];
    const error = await failureOf(runPlan(plan, run));
    expect(error).toMatchObject({
      code: 'STEP_FAILED',
      message: 'demo-1: could not make bad: disk full',
      host: 'demo-1',
      step: 'bad',
    });
    expect(did).toEqual(['slow', 'after slow']);
    expect(Object.fromEntries(await journal.read())).toEqual({
      bad: 'failed',
      slow: 'done',
      'after slow': 'done',
    });
    expect(words()).toContain('bad failed');
    expect(ended()).toBe(1);
  });

  it('begins a step when those of other lanes that it comes after have ended', async () => {
    const { run, did, change } = await workbench();
    const slow = change('slow', {
      run: async () => {
        await sleep(30);
        did.push('slow');
      },
    });
    const patient = change('patient', { after: ['slow', 'in an earlier stage'] });
    await runPlan([stage('one', [patient, change('then')], [slow, change('beside')])], run);
    expect(did.indexOf('patient')).toBeGreaterThan(did.indexOf('slow'));
    expect(did).toHaveLength(4);
  });

  it('waits for others without holding up what they need', async () => {
    const { run, did, change } = await workbench({ concurrency: 1 });
    const first = change('first', { after: ['second'] });
    await runPlan([stage('one', [first], [change('zero'), change('second')])], run);
    expect(did).toEqual(['zero', 'second', 'first']);
  });

  it('ends a lane that builds on a step that failed, or that was never reached', async () => {
    const { run, journal, did, change, words } = await workbench();
    const plan = [
      stage(
        'one',
        [change('bad', fails('disk full')), change('unreached')],
        [change('begins'), change('blocked', { after: ['unreached'] })],
        [change('also blocked', { after: ['blocked'] })],
        [change('independent')],
      ),
    ];
    const error = await failureOf(runPlan(plan, run));
    expect(error.message).toBe('bad: could not make bad: disk full');
    // Lanes run beside each other: which of the two was first is anybody's guess.
    expect([...did].sort()).toEqual(['begins', 'independent']);
    expect([...(await journal.read()).keys()].sort()).toEqual(['bad', 'begins', 'independent']);
    expect(words()).toContain('begins stopped before blocked');
    expect(words()).toContain('also blocked stopped before also blocked');
  });

  it('reports all failures together, the suggestions once', async () => {
    const { run, change } = await workbench();
    const refuse = (host: string): Step =>
      change(`x ${host}`, {
        host,
        run: () =>
          Promise.reject(
            new SwarmctlError('TIMEOUT', `${host} is slow`, { suggestions: ['wait longer'] }),
          ),
      });
    const error = await failureOf(runPlan([stage('one', [refuse('h1')], [refuse('h2')])], run));
    expect(error.code).toBe('TIMEOUT');
    expect(error.message.split('\n')).toEqual([
      'h1: could not make x h1: h1 is slow',
      'h2: could not make x h2: h2 is slow',
    ]);
    expect(error.suggestions).toEqual(['wait longer']);
  });

  it('keeps the code and the suggestions of a failure it knows', async () => {
    const { run, change } = await workbench();
    const cause = new SwarmctlError('STATE', 'no CA', { suggestions: ['make one'] });
    const step = change('step', { run: () => Promise.reject(cause) });
    const error = await failureOf(runPlan([stage('this machine', [step])], run));
    expect(error).toMatchObject({ code: 'STATE', suggestions: ['make one'], cause });
    expect(error.message).toBe('step: could not make step: no CA');
  });

  it('fails the step whose question "is it done?" fails', async () => {
    const { run, did, change } = await workbench();
    const step = change('step', { isDone: () => Promise.reject(new Error('no answer')) });
    const error = await failureOf(runPlan([stage('one', [step])], run));
    expect(error.message).toContain('could not make step: no answer');
    expect(did).toEqual([]);
  });

  it('notes why a step failed that only waits', async () => {
    const { run, journal } = await workbench();
    const wait: Step = {
      id: 'wait',
      title: 'wait for it',
      run: () => Promise.reject(new Error('it never came')),
    };
    await failureOf(runPlan([stage('one', [wait])], run));
    expect(await journal.unfinished()).toMatchObject([
      { step: 'wait', state: 'failed', reason: 'it never came' },
    ]);
  });

  it.each([1, 2])('takes at most %s steps at a time', async (concurrency) => {
    const { run, change } = await workbench({ concurrency });
    let active = 0;
    let most = 0;
    const busy = (id: string): Step =>
      change(id, {
        run: async () => {
          most = Math.max(most, ++active);
          await sleep(5);
          active -= 1;
        },
      });
    await runPlan([stage('one', ...['a', 'b', 'c', 'd'].map((id) => [busy(id)]))], run);
    expect(most).toBe(concurrency);
  });

  it('stops between steps when it is aborted, and says so with the reason', async () => {
    const controller = new AbortController();
    const { run, journal, did, change } = await workbench({ signal: controller.signal });
    const reason = new SwarmctlError('INTERRUPTED', 'interrupted by SIGINT');
    const step = change('first', {
      run: () => {
        controller.abort(reason);
        return Promise.resolve();
      },
    });
    const plan = [stage('one', [step, change('second')]), stage('two', [change('third')])];
    expect(await failureOf(runPlan(plan, run))).toBe(reason);
    expect(did).toEqual([]);
    expect((await journal.read()).get('first')).toBe('done');
  });

  it('leaves a step that is aborted on the way as begun', async () => {
    const controller = new AbortController();
    const { run, journal, change } = await workbench({ signal: controller.signal });
    const reason = new SwarmctlError('INTERRUPTED', 'interrupted by SIGINT');
    const step = change('first', {
      run: () => {
        controller.abort(reason);
        return Promise.reject(new Error('socket hang up'));
      },
    });
    const plan = [stage('one', [step])];
    expect(await failureOf(runPlan(plan, run))).toBe(reason);
    expect((await journal.read()).get('first')).toBe('begun');
    expect(leftInPlace(plan, await journal.read()).map(({ id }) => id)).toEqual(['first']);
  });

  it('gives steps the signal', async () => {
    const { run, change } = await workbench();
    const seen: AbortSignal[] = [];
    const step = change('step', {
      isDone: (signal) => Promise.resolve(void seen.push(signal)).then(() => false),
      run: ({ signal }) => Promise.resolve(void seen.push(signal)),
    });
    await runPlan([stage('one', [step])], run);
    expect(seen).toEqual([run.signal, run.signal]);
  });
});

describe('undoPlan', () => {
  it('takes back the last first, within lanes too', async () => {
    const { run, journal, did, change } = await workbench();
    const plan = [stage('one', [change('a'), change('b')]), stage('two', [change('c')])];
    await undoPlan(plan, run);
    expect(did).toEqual(['undo c', 'undo b', 'undo a']);
    expect(Object.fromEntries(await journal.read())).toEqual({
      a: 'undone',
      b: 'undone',
      c: 'undone',
    });
  });

  it('takes a step back only after those of other lanes that came after it', async () => {
    const { run, did, change } = await workbench();
    const slow = change('slow', {
      after: ['base'],
      undo: async () => {
        await sleep(30);
        did.push('undo slow');
      },
    });
    await undoPlan([stage('one', [change('base')], [slow])], run);
    expect(did).toEqual(['undo slow', 'undo base']);
  });

  it('skips what goes with another step, and what cannot be undone', async () => {
    const { run, did, change } = await workbench();
    const { undo, ...question } = change('question');
    expect(undo).toBeDefined();
    const plan: Plan = [
      stage('one', [change('host'), change('service', { within: 'host' }), question]),
      stage('two', [question]),
    ];
    await undoPlan(plan, run);
    expect(did).toEqual(['undo host']);
  });

  it('undoes what was never done, and twice, without asking whether it is done', async () => {
    const { run, did, change } = await workbench();
    const step = change('a', { isDone: () => Promise.reject(new Error('asked')) });
    await undoPlan([stage('one', [step])], run);
    await undoPlan([stage('one', [step])], run);
    expect(did).toEqual(['undo a', 'undo a']);
  });

  it('lets other lanes end and keeps earlier stages when one cannot be undone', async () => {
    const { run, journal, did, change } = await workbench();
    const stuck = change('stuck', { undo: () => Promise.reject(new Error('volume in use')) });
    const plan = [stage('one', [change('a')]), stage('two', [stuck], [change('b')])];
    await expect(undoPlan(plan, run)).rejects.toThrow('volume in use');
    expect(did).toEqual(['undo b']);
    expect(Object.fromEntries(await journal.read())).toEqual({ b: 'undone', stuck: 'stuck' });
  });

  it('tells which step of which host could not be undone', async () => {
    const { run, change } = await workbench();
    const undo = () => Promise.reject(new Error('volume in use'));
    const stuck = change('stuck', { host: 'demo-1', undo });
    const error = await failureOf(undoPlan([stage('one', [stuck])], run));
    expect(error).toMatchObject({ code: 'STEP_FAILED', host: 'demo-1', step: 'stuck' });
  });

  it('does not mind that the last undo takes the journal along', async () => {
    const { run, journal, folder, change } = await workbench();
    const record = change('record', { undo: () => rm(folder, { recursive: true, force: true }) });
    await undoPlan([stage('one', [record])], run);
    expect((await journal.read()).size).toBe(0);
  });
});

it('leftInPlace names what was begun and not undone, in the order of the plan', () => {
  const changes = ['a', 'b', 'c', 'd', 'e'].map((id): Step => ({
    id,
    title: id,
    isDone: () => Promise.resolve(false),
    run: () => Promise.resolve(),
  }));
  const wait: Step = { id: 'wait', title: 'wait', run: () => Promise.resolve() };
  const steps = [...changes, wait];
  const journal = new Map([
    ['e', 'failed'],
    ['c', 'undone'],
    ['b', 'begun'],
    ['a', 'done'],
    ['gone', 'done'],
    ['wait', 'failed'],
  ]);
  expect(leftInPlace([stage('one', steps)], journal).map(({ id }) => id)).toEqual(['a', 'b', 'e']);
});
