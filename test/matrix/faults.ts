import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const INJECT = pathToFileURL(path.join(import.meta.dirname, 'inject.mjs')).href;

export type Call = 'run' | 'undo';

export interface Fault {
  /** Whether it strikes `create`, which takes steps, or `destroy`, which takes them back. */
  readonly call: Call;
  /** ID of the step. */
  readonly step: string;
  readonly when: 'before' | 'after';
  readonly kind: 'error' | 'SIGINT' | 'SIGKILL';
}

const WHEN = ['before', 'after'] as const;
const KINDS = ['error', 'SIGINT', 'SIGKILL'] as const;

/** The environment in which swarmctl meets a fault, or none, and writes to a file what it does. */
export function environmentOf(trace: string, fault?: Fault): NodeJS.ProcessEnv {
  return {
    NODE_OPTIONS: `--import=${INJECT}`,
    SWARMCTL_TEST_FAULT: JSON.stringify({ ...fault, trace }),
  };
}

/** Whether the fault struck. */
export async function hasStruck(trace: string): Promise<boolean> {
  return (await readFile(trace, 'utf8').catch(() => '')).split('\n').includes('!');
}

/** The steps that were taken, or taken back, in order. */
export async function stepsIn(trace: string, call: Call): Promise<string[]> {
  const lines = (await readFile(trace, 'utf8')).split('\n');
  return [
    ...new Set(
      lines.flatMap((line) => (line.startsWith(`${call} `) ? [line.slice(call.length + 1)] : [])),
    ),
  ];
}

/** Everything that can befall these steps. */
export function allFaults(call: Call, steps: readonly string[]): Fault[] {
  return steps.flatMap((step) =>
    WHEN.flatMap((when) => KINDS.map((kind) => ({ call, step, when, kind }))),
  );
}

/** One fault for every step: which, the seed decides. */
export function someFaults(call: Call, steps: readonly string[], seed: number): Fault[] {
  const random = randomFrom(seed);
  const among = <T>(choices: readonly [T, ...T[]]) =>
    choices[Math.floor(random() * choices.length)] ?? choices[0];
  return steps.map((step) => ({ call, step, when: among(WHEN), kind: among(KINDS) }));
}

export function titleOf({ call, step, when, kind }: Fault): string {
  return `${kind} ${when} ${call === 'run' ? 'taking' : 'taking back'} ${step}`;
}

/** Numbers from 0 to 1 that only the seed determines (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
