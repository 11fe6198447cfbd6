import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SwarmctlError } from '../../../src/errors.ts';
import { renderEnvironment, shellFor } from '../../../src/ui/shells.ts';

function isInstalled(shell: string): boolean {
  try {
    execFileSync(shell, ['-c', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** How each shell takes in what `env` prints, as its hint says. */
const EVALUATE: Record<string, string> = {
  sh: 'eval "$(cat)"',
  bash: 'eval "$(cat)"',
  zsh: 'eval "$(cat)"',
  fish: 'cat | source',
};
/** Nobody's own settings. */
const BARE: Record<string, string[]> = { bash: ['--norc'], zsh: ['-f'], fish: ['--no-config'] };

function run(shell: string, script: string, input: string, env?: NodeJS.ProcessEnv): string {
  const options = { input, encoding: 'utf8', ...(env && { env }) } as const;
  return execFileSync(shell, [...(BARE[shell] ?? []), '-c', script], options);
}

const installed = Object.keys(EVALUATE).filter(isInstalled);

/** The values that variables have in a real shell once it has taken in what sets them. */
function valuesIn(shell: string, values: readonly string[]): string[] {
  const variables = Object.fromEntries(values.map((value, index) => [`V${String(index)}`, value]));
  const names = Object.keys(variables).map((name) => `"$${name}"`);
  const script = `${EVALUATE[shell] ?? ''}; printf '%s\\0' ${names.join(' ')}`;
  const input = renderEnvironment(shellFor(shell, {}), variables, [], 'swarmctl env');
  return run(shell, script, input).split('\0').slice(0, -1);
}

const nasty = [
  '',
  ' ',
  '$HOME',
  '${HOME}',
  '$(echo no)',
  '`echo no`',
  '"quoted"',
  "'single'",
  '\\',
  'C:\\temp\\',
  '\\$x\\`y\\"',
  'a\nb',
  '\n',
  'tab\tcr\r',
  'a;b&c|d>e<f',
  '!history!',
  '# no comment',
  '~/x *?[a]{b,c}',
  '%s %%',
  'größe 鯨 🐳',
];

describe.each(installed)('%s', (shell) => {
  it('keeps every value as it is', () => {
    expect(valuesIn(shell, nasty)).toEqual(nasty);
  });

  it('keeps values nobody thought of', () => {
    const character = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...Array.from('\\"\'`$(){}!#&;|<>*?~%=\n\t ')) },
      { weight: 2, arbitrary: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 }) },
    );
    const value = fc.string({ unit: character, maxLength: 30 });
    fc.assert(
      fc.property(fc.array(value, { minLength: 20, maxLength: 60 }), (values) => {
        expect(valuesIn(shell, values)).toEqual(values);
      }),
      // Each run starts a shell, with many values at once.
      { numRuns: 5 },
    );
  });

  it('exports what it sets, to programs', () => {
    const input = renderEnvironment(shellFor(shell, {}), { DOCKER_HOST: 'tcp://h:1' }, [], 'x');
    const script = `${EVALUATE[shell] ?? ''}; env`;
    expect(run(shell, script, input).split('\n')).toContain('DOCKER_HOST=tcp://h:1');
  });

  it('clears what it is told to, and does not mind when it was not set', () => {
    const input = renderEnvironment(shellFor(shell, {}), {}, ['SET_BEFORE', 'NEVER_SET'], 'x');
    const script = `${EVALUATE[shell] ?? ''}; env`;
    const output = run(shell, script, input, { PATH: process.env.PATH, SET_BEFORE: '1' });
    expect(output).toContain('PATH=');
    expect(output).not.toContain('SET_BEFORE');
  });
});

it('there is a POSIX shell to try this with', () => {
  expect(installed).toContain('sh');
});

describe('the text for', () => {
  const text = (shell: string) =>
    renderEnvironment(shellFor(shell, {}), { A: 'x"$y' }, ['B'], 'swarmctl env demo');

  it('POSIX shells: clears first, and ends with how to use it', () => {
    const expected = [
      'unset B',
      'export A="x\\"\\$y"',
      '# Run this to configure your shell:',
      '# eval "$(swarmctl env demo)"',
    ].join('\n');
    for (const shell of ['sh', 'bash', 'zsh']) expect(text(shell)).toBe(expected);
  });

  it('fish', () => {
    expect(text('fish').split('\n')).toEqual([
      'set -e B;',
      'set -gx A "x\\"\\$y";',
      '# Run this to configure your shell:',
      '# swarmctl env demo | source',
    ]);
  });

  it('PowerShell, by either name', () => {
    expect(text('powershell').split('\n')).toEqual([
      'Remove-Item -ErrorAction SilentlyContinue Env:\\B',
      '$Env:A = "x`"`$y"',
      '# Run this to configure your shell:',
      '# & swarmctl env demo | Invoke-Expression',
    ]);
    expect(text('pwsh')).toBe(text('powershell'));
    expect(shellFor('powershell', {}).set('A', 'C:\\x `y`')).toBe('$Env:A = "C:\\x ``y``"');
  });
});

describe('shellFor', () => {
  it('takes the shell asked for, else that of $SHELL, else a POSIX one', () => {
    expect(shellFor('fish', { SHELL: '/bin/bash' })).toBe(shellFor('fish', {}));
    expect(shellFor(undefined, { SHELL: '/usr/bin/fish' })).toBe(shellFor('fish', {}));
    expect(shellFor(undefined, { SHELL: '/bin/zsh' })).toBe(shellFor('sh', {}));
    expect(shellFor(undefined, { SHELL: '/bin/tcsh' })).toBe(shellFor('sh', {}));
    expect(shellFor(undefined, {})).toBe(shellFor('sh', {}));
    expect(shellFor(undefined, { SHELL: '' })).toBe(shellFor('sh', {}));
  });

  it('refuses one it does not know, with those it does', () => {
    const ask = () => shellFor('tcsh', {});
    expect(ask).toThrow(SwarmctlError);
    expect(ask).toThrow('--shell "tcsh" is unknown; known: bash, zsh, sh, fish, powershell');
  });

  it.each(['toString', 'constructor', '__proto__'])('refuses %s', (shell) => {
    expect(() => shellFor(shell, {})).toThrow('is unknown');
  });
});
