import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { SwarmctlError } from '../../../../src/errors.ts';
import { renderEnvironment, shellFor } from '../../../../src/ui/shells/index.ts';

function isInstalled(shell: string): boolean {
  return spawnSync(shell, ['--version'], { stdio: 'ignore' }).error === undefined;
}

interface RealShell {
  readonly program?: string;
  /** How it runs a script, without anybody's own settings. */
  readonly options: readonly string[];
  /** How it takes in what is in a file, as the hint of `env` says. */
  readonly take: (file: string) => string;
  /** The same as docker-machine's users write it. */
  readonly takeBare?: (file: string) => string;
}

const quoted = (file: string) => `eval "$(cat ${file})"`;
const bare = (file: string) => `eval $(cat ${file})`;

const REAL: Readonly<Record<string, RealShell>> = {
  sh: { options: ['-c'], take: quoted, takeBare: bare },
  dash: { options: ['-c'], take: quoted, takeBare: bare },
  bash: { options: ['--norc', '-c'], take: quoted, takeBare: bare },
  zsh: { options: ['-f', '-c'], take: quoted, takeBare: bare },
  fish: {
    options: ['--no-config', '-c'],
    take: (file) => `cat ${file} | source`,
    takeBare: (file) => `eval (cat ${file})`,
  },
  tcsh: {
    options: ['-f', '-c'],
    take: (file) => `eval "\`cat ${file}\`"`,
    takeBare: (file) => `eval \`cat ${file}\``,
  },
  emacs: {
    options: ['-Q', '--batch', '--eval'],
    take: (file) =>
      `(with-temp-buffer (call-process "cat" nil '(t nil) nil "${file}") (eval-buffer))`,
  },
};

const installed = Object.keys(REAL).filter(isInstalled);

const folder = mkdtempSync('/tmp/swarmctl-shells-');
const file = path.join(folder, 'env');
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** dash is a shell that swarmctl knows as sh. */
const named = (shell: string) => shellFor(shell === 'dash' ? 'sh' : shell, {});

/** What programs are given once a real shell has taken in what sets and clears variables. */
function environmentIn(
  shell: string,
  variables: Readonly<Record<string, string | null>>,
  {
    env = {},
    take = REAL[shell]?.take,
  }: { env?: NodeJS.ProcessEnv; take?: RealShell['take'] } = {},
): Record<string, string> {
  const { options = [] } = REAL[shell] ?? {};
  writeFileSync(file, `${renderEnvironment(named(shell), variables, 'swarmctl env')}\n`);
  const taken = take?.(file) ?? '';
  const seen = `${file}.seen`;
  const script =
    shell === 'emacs'
      ? `(progn ${taken} (call-process "env" nil '(:file "${seen}") nil "-0"))`
      : `${taken}; env -0 > ${seen}`;
  execFileSync(shell, [...options, script], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const entries = readFileSync(seen, 'utf8')
    .split('\0')
    .map((entry) => entry.split(/=(.*)/s));
  return Object.fromEntries(entries.map(([name = '', value = '']) => [name, value]));
}

/** The values that variables have in a real shell once it has taken in what sets them. */
function valuesIn(shell: string, values: readonly string[]): (string | undefined)[] {
  const variables = Object.fromEntries(values.map((value, index) => [`V${String(index)}`, value]));
  const environment = environmentIn(shell, variables);
  return Object.keys(variables).map((name) => environment[name]);
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
  'two  blanks ',
  '^M\u001b(B\u0007',
  'x\r\ny\r\n',
  '^old^new',
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

  it('clears what it is told to, and does not mind when it was not set', () => {
    const cleared = { SET_BEFORE: null, NEVER_SET: null, KEPT: 'x' };
    const environment = environmentIn(shell, cleared, { env: { SET_BEFORE: '1', OTHER: '2' } });
    expect(environment).toMatchObject({ KEPT: 'x', OTHER: '2' });
    expect(environment).not.toHaveProperty('SET_BEFORE');
    expect(environment).not.toHaveProperty('NEVER_SET');
  });
});

describe.each(installed.filter((shell) => REAL[shell]?.takeBare))(
  '%s, as docker-machine’s users write it',
  (shell) => {
    it('takes ordinary values, and clears what is to be cleared', () => {
      const values = { A: 'tcp://[fd00::1]:3376', B: '/home/bob/.swarmctl', C: 'a_-b,c' };
      const environment = environmentIn(
        shell,
        { X: null, ...values, Y: null },
        { env: { X: '1', Y: '2' }, take: REAL[shell]?.takeBare ?? quoted },
      );
      expect(environment).toMatchObject(values);
      expect(environment).not.toHaveProperty('X');
      expect(environment).not.toHaveProperty('Y');
    });
  },
);

it('there is a POSIX shell to try this with', () => {
  expect(installed).toContain('sh');
});

describe('the text for', () => {
  const text = (shell: string) =>
    renderEnvironment(shellFor(shell, {}), { A: 'x"$y', B: null }, 'swarmctl env demo').split('\n');
  const set = (shell: string, value: string) => shellFor(shell, {}).set('A', value);
  const hint = 'Run this to configure your shell:';

  it('POSIX shells: clears first, and ends with how to use it', () => {
    const expected = [
      'unset B;',
      'export A="x\\"\\$y"',
      `# ${hint}`,
      '# eval "$(swarmctl env demo)"',
    ];
    for (const shell of ['sh', 'bash', 'zsh']) expect(text(shell)).toEqual(expected);
  });

  it('fish', () => {
    expect(text('fish')).toEqual([
      'set -e B;',
      'set -gx A "x\\"\\$y";',
      `# ${hint}`,
      '# swarmctl env demo | source',
    ]);
  });

  it('PowerShell, by either name', () => {
    expect(text('powershell')).toEqual([
      'Remove-Item -ErrorAction SilentlyContinue Env:\\B',
      '$Env:A = "x`"`$y"',
      `# ${hint}`,
      '# & swarmctl env demo | Invoke-Expression',
    ]);
    expect(text('pwsh')).toEqual(text('powershell'));
    expect(set('powershell', 'C:\\x `y`')).toBe('$Env:A = "C:\\x ``y``"');
  });

  it('PowerShell has no line that breaks, and nothing that hangs on a code page', () => {
    expect(set('powershell', "a\nb'!%^")).toBe(`$Env:A = "a$([char]0xa)b'!%^"`);
    expect(set('powershell', 'C:\\Users\\Jörg')).toBe('$Env:A = "C:\\Users\\J$([char]0xf6)rg"');
    expect(set('powershell', '“🐳')).toBe(
      '$Env:A = "$([char]0x201c)$([char]0xd83d)$([char]0xdc33)"',
    );
  });

  it('cmd, which FOR hands on as it is', () => {
    expect(text('cmd')).toEqual([
      'SET "B="',
      'SET "A=x"$y"',
      `REM ${hint}`,
      `REM @FOR /f "tokens=*" %i IN ('swarmctl env demo') DO @%i`,
    ]);
    const value = 'C:\\Program Files (x86)\\100%\\a&b^c!';
    expect(set('cmd', value)).toBe(`SET "A=${value}"`);
    expect(() => set('cmd', 'a\nb')).toThrow('A has a line break in it, which cmd cannot set');
  });

  it('tcsh, by either name', () => {
    expect(text('tcsh')).toEqual([
      'unsetenv B;',
      'setenv A x\\"\\$y;',
      `: '${hint}';`,
      `: 'eval "\`swarmctl env demo\`"';`,
    ]);
    expect(text('csh')).toEqual(text('tcsh'));
    expect(set('tcsh', '')).toBe('setenv A "";');
    expect(set('tcsh', "don't!\n")).toBe("setenv A don\\'t\\!$'\\n';");
  });

  it('Emacs', () => {
    expect(text('emacs')).toEqual([
      '(setenv "B" nil)',
      '(setenv "A" "x\\"$y")',
      `;; ${hint}`,
      `;; (with-temp-buffer (call-process "swarmctl" nil '(t nil) nil "env" "demo") (eval-buffer))`,
    ]);
    expect(set('emacs', 'a\nb\\')).toBe('(setenv "A" "a\\012b\\\\")');
  });

  it('nobody tells how to run what would take quotes', () => {
    const render = (command: string) => renderEnvironment(shellFor('sh', {}), {}, command);
    expect(render('swarmctl env --file a/b-1.yaml')).toContain('--file a/b-1.yaml)"');
    expect(render('swarmctl env --file "x\ny"')).toBe('');
  });
});

describe('shellFor', () => {
  it('takes the shell asked for, else that of $SHELL, else a POSIX one', () => {
    expect(shellFor('fish', { SHELL: '/bin/bash' })).toBe(shellFor('fish', {}));
    expect(shellFor(undefined, { SHELL: '/usr/bin/fish' })).toBe(shellFor('fish', {}));
    expect(shellFor(undefined, { SHELL: '/bin/zsh' })).toBe(shellFor('sh', {}));
    expect(shellFor(undefined, { SHELL: '/bin/tcsh' })).toBe(shellFor('tcsh', {}));
    expect(shellFor(undefined, { SHELL: '/bin/ksh' })).toBe(shellFor('sh', {}));
    expect(shellFor(undefined, {})).toBe(shellFor('sh', {}));
    expect(shellFor(undefined, { SHELL: '' })).toBe(shellFor('sh', {}));
  });

  it('refuses one it does not know, with those it does', () => {
    const ask = () => shellFor('ksh', {});
    expect(ask).toThrow(SwarmctlError);
    expect(ask).toThrow(
      '--shell "ksh" is unknown; known: bash, zsh, sh, fish, powershell, cmd, tcsh, emacs',
    );
  });

  it.each(['toString', 'constructor', '__proto__'])('refuses %s', (shell) => {
    expect(() => shellFor(shell, {})).toThrow('is unknown');
  });
});
