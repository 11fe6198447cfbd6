import { oneLine } from './one-line.ts';
import type { Shell } from './shell.ts';

/**
 * The command prompt of Windows. A line that FOR hands on is neither expanded nor split any more, so
 * that `%`, `^`, `&` and quotes stay as they are; SET takes what is between the outer quotes.
 */
export const cmd: Shell = {
  set: (name, value) => `SET "${name}=${oneLine('cmd', name, value)}"`,
  unset: (name) => `SET "${name}="`,
  comment: (text) => `REM ${text}`,
  evaluate: (command) => `@FOR /f "tokens=*" %i IN ('${command}') DO @%i`,
};
