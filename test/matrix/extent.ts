import { allFaults, someFaults, type Call, type Fault } from './faults.ts';

/** All of the matrix, or a part of it in which every step occurs. */
const WHOLE = process.env.SWARMCTL_MATRIX === 'all';

/** Another part every day; a number brings one back. */
export const SEED = Number(
  process.env.SWARMCTL_MATRIX_SEED ?? new Date().toISOString().slice(0, 10).replaceAll('-', ''),
);

export function faultsOf(call: Call, steps: readonly string[]): Fault[] {
  return WHOLE ? allFaults(call, steps) : someFaults(call, steps, SEED);
}

/** How often a create is killed at some moment. */
export const KILLS = WHOLE ? 20 : 4;
