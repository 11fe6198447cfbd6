import { isCI } from 'ci-info';

/**
 * Whether there is a person to ask. CI systems often have a pseudo-terminal and nobody before it, and
 * inquirer would take an answer from a pipe as well.
 */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY && !isCI;
}

/** Whether stderr can show what moves: in a CI system's terminal that turns into noise. */
export function isLive(): boolean {
  return process.stderr.isTTY && !isCI && process.env.TERM !== 'dumb';
}

/** Whether what stderr shows may have colors (https://no-color.org). */
export function hasColors(): boolean {
  return isLive() && !process.env.NO_COLOR;
}
