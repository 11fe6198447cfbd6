import type { Shell } from './shell.ts';

/**
 * tcsh and csh. Backslashes mean the same whatever `backslash_quote` and history are set to, which
 * quotes do not; a line break can only be written as `$'\n'`. As backquotes join lines, all end with
 * a semicolon, and a comment is a command that does nothing, with its text quoted: docker-machine's
 * were run once more.
 */
export const tcsh: Shell = {
  set: (name, value) => `setenv ${name} ${value === '' ? '""' : escape(value)};`,
  unset: (name) => `unsetenv ${name};`,
  comment: (text) => `: '${text}';`,
  evaluate: (command) => `eval "\`${command}\`"`,
};

function escape(value: string): string {
  return value
    .replace(/[^\w@%+=:,./\u0080-\u{10ffff}-]/gu, '\\$&')
    .replaceAll('\\\n', () => "$'\\n'")
    .replaceAll('\\\r', () => "$'\\r'");
}
