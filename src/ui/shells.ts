import path from 'node:path';
import { SwarmctlError } from '../errors.ts';

interface Shell {
  set(name: string, value: string): string;
  unset(name: string): string;
  /** How the output is evaluated, as a comment. */
  hint(command: string): string;
}

/** Characters that keep a meaning inside double quotes. */
const escapePosix = (value: string): string => value.replace(/[\\"$`]/g, '\\$&');

const posix: Shell = {
  set: (name, value) => `export ${name}="${escapePosix(value)}"`,
  unset: (name) => `unset ${name}`,
  hint: (command) => `# eval "$(${command})"`,
};

const fish: Shell = {
  set: (name, value) => `set -gx ${name} "${value.replace(/[\\"$]/g, '\\$&')}";`,
  unset: (name) => `set -e ${name};`,
  hint: (command) => `# ${command} | source`,
};

const powershell: Shell = {
  set: (name, value) => `$Env:${name} = "${value.replace(/[`"$]/g, '`$&')}"`,
  unset: (name) => `Remove-Item -ErrorAction SilentlyContinue Env:\\${name}`,
  hint: (command) => `# & ${command} | Invoke-Expression`,
};

const SHELLS: Readonly<Record<string, Shell>> = {
  bash: posix,
  zsh: posix,
  sh: posix,
  fish,
  powershell,
  pwsh: powershell,
};

const shellNames = ['bash', 'zsh', 'sh', 'fish', 'powershell'];

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

/** Lines that set variables, those to be cleared first, and how to use them. */
export function renderEnvironment(
  shell: Shell,
  variables: Readonly<Record<string, string>>,
  cleared: readonly string[],
  command: string,
): string {
  return [
    ...cleared.map((name) => shell.unset(name)),
    ...Object.entries(variables).map(([name, value]) => shell.set(name, value)),
    '# Run this to configure your shell:',
    shell.hint(command),
  ].join('\n');
}
