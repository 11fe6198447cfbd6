import type { Shell } from './shell.ts';

/** Characters that keep a meaning inside double quotes. */
export const escapePosix = (value: string): string => value.replace(/[\\"$`]/g, '\\$&');

/**
 * bash, zsh and sh. Lines also do what they should when they are joined to one, as by
 * `eval $(…)` without quotes: what comes after `unset` has to be told from its names.
 */
export const posix: Shell = {
  set: (name, value) => `export ${name}="${escapePosix(value)}"`,
  unset: (name) => `unset ${name};`,
  comment: (text) => `# ${text}`,
  evaluate: (command) => `eval "$(${command})"`,
};
