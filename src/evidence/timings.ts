import { parseNotes } from '../state/journal.ts';

/** What each step took, in the order in which they began, from the text of a journal. */
export function timings(journal: string): string {
  const begun = new Map<string, number>();
  const lines = parseNotes(journal).map(({ at, step, state }) => {
    const time = Date.parse(at);
    if (state === 'begun') begun.set(step, time);
    const since = begun.get(step);
    const took =
      state === 'begun' || since === undefined ? '-' : `${((time - since) / 1000).toFixed(1)} s`;
    return `${at}  ${state.padEnd(6)}  ${took.padStart(8)}  ${step}`;
  });
  return ['when                      what       after  step', ...lines].join('\n');
}
