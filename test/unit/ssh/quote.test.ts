import { execa } from 'execa';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forAnyShell, quoteAll } from '../../../src/ssh/quote.ts';

describe('quoting', () => {
  it.each([
    [['ls', '-l', '/a/b.c'], 'ls -l /a/b.c'],
    [['echo', 'a b', ''], "echo 'a b' ''"],
    [['echo', "it's"], String.raw`echo 'it'\''s'`],
  ])('%j', (command, text) => {
    expect(quoteAll(command)).toBe(text);
  });

  it('leaves nothing that a shell reads in its own way', () => {
    const safe = /^exec sh -c 'eval "\$\(printf %b "[A-Za-z0-9_./:=@,+ \\-]*"\)"' [\w-]+$/;
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (script) => {
        expect(forAnyShell(script, 'swarmctl-1')).toMatch(safe);
      }),
    );
  });

  it.each(['sh', 'bash', 'fish', 'zsh'])(
    'gives a command its arguments through %s',
    async (shell) => {
      const values = ["it's", '"', '\\', '$HOME', '!!', 'a\nb', '', '*', 'ü', '%s', '\\0101', '-n'];
      const text = forAnyShell(`${quoteAll(['printf', '%s|', ...values])}; exit $?`);
      const { stdout, code } = await execa(shell, ['-c', text], { reject: false });
      // A machine need not have every shell.
      if (code !== 'ENOENT') expect(stdout).toBe(values.map((value) => `${value}|`).join(''));
    },
  );
});
