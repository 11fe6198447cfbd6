import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Lane, Stage, Step } from '../../../src/plan/step.ts';
import { plainProgress } from '../../../src/ui/plain-progress.ts';
import { createProgress } from '../../../src/ui/progress.ts';

const step: Step = { id: 'host demo-1', title: 'start host', run: () => Promise.resolve() };
const lane: Lane = { title: 'demo-1', steps: [step] };
const stage: Stage = { title: 'Hosts', lanes: [lane] };

const story = [
  { type: 'begin', plan: [stage], does: 'run' },
  { type: 'stage begins', stage },
  { type: 'lane begins', stage, lane },
  { type: 'step begins', lane, step },
  {
    type: 'step says',
    lane,
    step,
    sentence: 'still waiting for the engine of demo-1 (3.0 s): refused',
  },
  { type: 'lane done', lane, changed: true, milliseconds: 4321 },
  { type: 'lane done', lane, changed: false, milliseconds: 12 },
  { type: 'lane failed', lane, error: new Error('disk full') },
] as const;

it('plain progress has a line per thing that ended, and per long wait', async () => {
  const stream = new PassThrough({ encoding: 'utf8' });
  const progress = plainProgress(stream);
  for (const event of story) progress.tell(event);
  await progress.end();
  expect(stream.read()).toBe(
    [
      'Hosts',
      '  demo-1: still waiting for the engine of demo-1 (3.0 s): refused',
      '  demo-1: done (4.3 s)',
      '  demo-1: nothing to do (0.0 s)',
      '  demo-1: failed: disk full',
      '',
    ].join('\n'),
  );
});

it('a long wait has fewer and fewer lines, each step its own', () => {
  vi.useFakeTimers();
  const otherStep = { ...step, id: 'host demo-2' };
  const other: Lane = { title: 'demo-2', steps: [otherStep] };
  const stream = new PassThrough({ encoding: 'utf8' });
  const progress = plainProgress(stream);
  for (let second = 3; second <= 60; second++) {
    const sentence = `still waiting for it (${second} s)`;
    progress.tell({ type: 'step says', lane, step, sentence });
    if (second < 5) {
      progress.tell({ type: 'step says', lane: other, step: otherStep, sentence });
    }
    vi.advanceTimersByTime(1000);
  }
  vi.useRealTimers();
  const lines = String(stream.read()).trimEnd().split('\n');
  expect(lines.filter((line) => line.includes('demo-2'))).toHaveLength(1);
  expect(lines.flatMap((line) => /demo-1: .*\((\d+) s\)/.exec(line)?.[1] ?? [])).toEqual([
    '3',
    '8',
    '16',
    '28',
    '45',
  ]);
});

describe('progress without a terminal', () => {
  const wasTerminal = process.stderr.isTTY;
  beforeEach(() => {
    process.stderr.isTTY = false;
  });
  afterEach(() => {
    process.stderr.isTTY = wasTerminal;
  });

  function tell(silent: boolean) {
    const logged: string[] = [];
    const shown: string[] = [];
    const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      shown.push(String(text));
      return true;
    });
    const progress = createProgress({ silent, log: { write: (text) => logged.push(text) } });
    for (const event of story) progress.tell(event);
    write.mockRestore();
    return { logged, shown };
  }

  it('is shown as plain lines, and logged with every sentence', () => {
    const { logged, shown } = tell(false);
    expect(shown[0]).toBe('Hosts\n');
    expect(shown.join('')).not.toContain('start host');
    expect(logged).toEqual([
      'stage: Hosts',
      'demo-1: start host',
      'demo-1: still waiting for the engine of demo-1 (3.0 s): refused',
      'demo-1: done after 4321 ms',
      'demo-1: done after 12 ms',
      'demo-1: failed: disk full',
    ]);
  });

  it('is logged only when nothing is to be shown', () => {
    const { logged, shown } = tell(true);
    expect(shown).toEqual([]);
    expect(logged).toHaveLength(6);
  });
});
