import { CommandFailed } from './exec.mjs';
import { Unmet } from './unmet.mjs';

/**
 * What to tell the person about a failure: where it happened only if nobody foresaw it.
 *
 * @param {unknown} error
 * @returns {string}
 */
export function explain(error) {
  if (!(error instanceof Error)) return String(error);
  const foreseen = error instanceof Unmet || error instanceof CommandFailed;
  return foreseen ? error.message : (error.stack ?? error.message);
}
