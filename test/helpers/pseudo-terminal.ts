import { execa } from 'execa';
import path from 'node:path';
import { EXECUTABLE, type Workplace } from './workplace.ts';

/** Runs the built command in a pseudo-terminal: its input is typed there, its output what that shows. */
export function inPseudoTerminal(
  place: Workplace,
  argv: readonly string[],
  env: NodeJS.ProcessEnv = {},
) {
  // A shell that stays would get Ctrl-C as well, and make an exit code of its own of it.
  const command = ['exec', ...[process.execPath, EXECUTABLE, ...argv].map(quoted)].join(' ');
  const record = path.join(place.home, 'typescript');
  return execa('script', ['--quiet', '--return', '--command', command, record], {
    env: { ...place.environment(), SHELL: '/bin/sh', TERM: 'xterm', ...env },
    extendEnv: false,
    reject: false,
    stdin: 'pipe',
  });
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
