import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { takeStep } from '../../../src/plan/run-plan.ts';
import type { Step } from '../../../src/plan/step.ts';
import { SwarmctlError } from '../../../src/errors.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const reset = () => Object.assign(new Error('it hung up'), { code: 'ECONNRESET' });

/** Takes a step, and tells what it asked, did, noted and said. */
function take(step: Partial<Step>, signal = new AbortController().signal) {
  const noted: string[] = [];
  const said: string[] = [];
  const journal = {
    note: (_step: unknown, state: string) => Promise.resolve(void noted.push(state)),
  };
  const whole = { id: 'x', title: 'load it', host: 'h1', run: () => Promise.resolve(), ...step };
  const end = takeStep('h1', whole, { signal, journal }, (text) => said.push(text)).catch(
    (error: unknown) => error,
  );
  return { end, noted, said };
}

it('a step whose connection breaks is taken again, and says so', async () => {
  let runs = 0;
  const isDone = vi.fn(() => Promise.resolve(false));
  const run = () => (++runs < 3 ? Promise.reject(reset()) : Promise.resolve());
  const { end, noted, said } = take({ isDone, run });
  await vi.runAllTimersAsync();
  expect(await end).toBe(true);
  expect(runs).toBe(3);
  expect(isDone).toHaveBeenCalledTimes(3);
  expect(noted).toEqual(['begun', 'done']);
  expect(said[0]).toBe('still waiting for "load it" on h1 (0.0 s): last error: it hung up');
});

it('what took effect although the answer was lost is not done again', async () => {
  let runs = 0;
  const run = () => (++runs, Promise.reject(reset()));
  const { end, noted } = take({ isDone: () => Promise.resolve(runs > 0), run });
  await vi.runAllTimersAsync();
  expect(await end).toBe(true);
  expect(runs).toBe(1);
  expect(noted).toEqual(['begun', 'done']);
});

it('the question whether it is done is asked again, too', async () => {
  let asked = 0;
  const isDone = () => (++asked === 1 ? Promise.reject(reset()) : Promise.resolve(true));
  const { end, noted } = take({ isDone });
  await vi.runAllTimersAsync();
  expect(await end).toBe(false);
  expect(noted).toEqual([]);
});

it.each([
  ['final', () => new Error('permission denied'), 1],
  ['transient, but stays', reset, 4],
])('a failure that is %s fails the step', async (_, failure, times) => {
  let runs = 0;
  const run = () => (++runs, Promise.reject(failure()));
  const { end, noted } = take({ isDone: () => Promise.resolve(false), run });
  await vi.runAllTimersAsync();
  expect(await end).toBeInstanceOf(SwarmctlError);
  expect(runs).toBe(times);
  expect(noted).toEqual(['begun', 'failed']);
});

it('an abort ends the pause before the next attempt', async () => {
  const controller = new AbortController();
  const { end, noted } = take(
    { isDone: () => Promise.resolve(false), run: () => Promise.reject(reset()) },
    controller.signal,
  );
  await vi.advanceTimersByTimeAsync(1);
  const reason = new SwarmctlError('INTERRUPTED', 'interrupted by SIGINT');
  controller.abort(reason);
  expect(await end).toBe(reason);
  expect(noted).toEqual(['begun']);
  expect(vi.getTimerCount()).toBe(0);
});

it('a step that takes long tells each second what it does', async () => {
  const { end, said } = take({
    run: async ({ report }) => {
      report('installing Docker');
      await new Promise((resolve) => setTimeout(resolve, 5500));
    },
  });
  await vi.runAllTimersAsync();
  await end;
  const beginning = 'still waiting for "load it" on h1';
  expect(said).toEqual([
    'installing Docker',
    ...['4.0', '5.0'].map((time) => `${beginning} (${time} s): installing Docker`),
  ]);
});

it('leaves the word to a step that tells itself what it waits for', async () => {
  const own = 'still waiting for etcd (5.0 s)';
  const { end, said } = take({
    run: async ({ report }) => {
      for (let second = 1; second <= 6; second++) {
        await new Promise((resolve) => setTimeout(resolve, 1000));
        report(own);
      }
    },
  });
  await vi.runAllTimersAsync();
  await end;
  expect(new Set(said)).toEqual(new Set([own]));
});
