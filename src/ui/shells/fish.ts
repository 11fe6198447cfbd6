import type { Shell } from './shell.ts';

export const fish: Shell = {
  set: (name, value) => `set -gx ${name} "${value.replace(/[\\"$]/g, '\\$&')}";`,
  unset: (name) => `set -e ${name};`,
  comment: (text) => `# ${text}`,
  evaluate: (command) => `${command} | source`,
};
