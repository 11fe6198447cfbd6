import path from 'node:path';
import { SwarmctlError } from '../../errors.ts';
import { cmd } from './cmd.ts';
import { emacs } from './emacs.ts';
import { fish } from './fish.ts';
import { posix } from './posix.ts';
import { powershell } from './powershell.ts';
import type { Shell } from './shell.ts';
import { tcsh } from './tcsh.ts';

const SHELLS: Readonly<Record<string, Shell>> = {
  bash: posix,
  zsh: posix,
  sh: posix,
  fish,
  powershell,
  pwsh: powershell,
  cmd,
  tcsh,
  csh: tcsh,
  emacs,
};

const shellNames = ['bash', 'zsh', 'sh', 'fish', 'powershell', 'cmd', 'tcsh', 'emacs'];

/** The shell asked for, or the one the person uses (`$SHELL`), or a POSIX one. */
export function shellFor(asked: string | undefined, env: NodeJS.ProcessEnv): Shell {
  const name = asked ?? path.basename(env.SHELL ?? 'sh');
  const shell = Object.hasOwn(SHELLS, name) ? SHELLS[name] : undefined;
  if (shell) return shell;
  if (asked === undefined) return posix;
  throw new SwarmctlError(
    'USAGE',
    `--shell "${asked}" is unknown; known: ${shellNames.join(', ')}`,
  );
}

/** Lines that set variables, those to be cleared (null) first, and how to use them. */
export function renderEnvironment(
  shell: Shell,
  variables: Readonly<Record<string, string | null>>,
  command: string,
): string {
  const all = Object.entries(variables);
  return [
    ...all.flatMap(([name, value]) => (value === null ? [shell.unset(name)] : [])),
    ...all.flatMap(([name, value]) => (value === null ? [] : [shell.set(name, value)])),
    ...hint(shell, command),
  ].join('\n');
}

/** Left out for a command with words that would have to be quoted. */
function hint(shell: Shell, command: string): string[] {
  if (!/^[\w@+=:,./ -]+$/.test(command)) return [];
  return ['Run this to configure your shell:', shell.evaluate(command)].map((text) =>
    shell.comment(text),
  );
}
