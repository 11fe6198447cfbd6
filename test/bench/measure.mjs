import { must } from '../sandbox/exec.mjs';
import { say } from '../sandbox/say.mjs';

/** A side that takes longer than this has failed. */
const DEADLINE = 180_000;

/**
 * Milliseconds that a command takes; it must end well.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
export async function time(command, args, env = process.env) {
  const own = { ...env };
  // It costs every Node process about as much as all the rest of its start.
  delete own.NODE_EXTRA_CA_CERTS;
  const begun = performance.now();
  await must(command, args, { env: own, timeout: DEADLINE });
  return performance.now() - begun;
}

/**
 * @param {string} what
 * @param {string} against
 * @param {{ ours: number, theirs: number, ratio: number }} measured
 * @param {number} [goal]
 */
export function report(what, against, { ours, theirs, ratio }, goal) {
  row([
    what,
    duration(ours),
    against,
    duration(theirs),
    ratio.toFixed(2),
    goal === undefined ? '-' : `${goal} or less`,
  ]);
}

/** @param {number} milliseconds */
function duration(milliseconds) {
  return milliseconds < 1000
    ? `${Math.round(milliseconds)} ms`
    : `${(milliseconds / 1000).toFixed(2)} s`;
}

/** @param {string[]} cells */
export function row(cells) {
  const widths = [28, 8, 13, 8, 6, 12];
  say(
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
