import { describe, expect, it } from 'vitest';
import { environmentLine, quoteWord, splitWords } from '../../../../src/hosts/ssh/systemd-words.ts';
import { commandOf, expand, variablesOf } from '../../../../src/hosts/ssh/unit.ts';
import fc from 'fast-check';

const file = (text: string, path = '/lib/systemd/system/docker.service') => ({ path, text });

describe('the command line of a unit', () => {
  it('is the last that counts, with continued lines and without comments', () => {
    const unit =
      '[Unit]\nExecStart=/no\n[Service]\nExecStart=/usr/bin/dockerd \\\n# why\n  -H fd:// $A\n';
    expect(commandOf([file(unit)])).toEqual(['/usr/bin/dockerd', '-H', 'fd://', '$A']);
    const dropIn = file('[Service]\nExecStart=\n ExecStart = /opt/dockerd "--label=a b"\n');
    expect(commandOf([file(unit), dropIn])).toEqual(['/opt/dockerd', '--label=a b']);
    expect(commandOf([file(unit), file('[Service]\nExecStart=\n')])).toEqual([]);
  });

  it('is read with quotes and escapes of systemd', () => {
    expect(splitWords(String.raw`a "b c" 'd "e' f\x20g \s "" "\"" $X %h`)).toEqual([
      ...['a', 'b c', 'd "e', 'f g', ' ', '', '"', '$X', '%h'],
    ]);
  });

  it('is written so that it reads the same', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (words) => {
        expect(splitWords(words.map(quoteWord).join(' '))).toEqual(words);
      }),
    );
  });
});

describe('variables', () => {
  it('come from the unit and from files, and are expanded as systemd does', () => {
    const unit = file('[Service]\nEnvironment=A=1 "B=x y"\nEnvironment=C=3\n');
    const variables = variablesOf([unit], ['# no\nA=2\nexport D=4\nE="--label a=b  -D"\n;F=1\n']);
    expect(Object.fromEntries(variables)).toEqual({
      A: '2',
      B: 'x y',
      C: '3',
      E: '--label a=b  -D',
    });
    expect(expand(['x', '$E', '$NONE', 'a${B}', '${B}', '$$A', '%%'], variables)).toEqual([
      ...['x', '--label', 'a=b', '-D', 'ax y', 'x y', '$A', '%'],
    ]);
  });

  it('are written as a line that systemd reads back', () => {
    expect(environmentLine('A=b"c\\d$e`f=g')).toBe('A="b\\"c\\\\d\\$e\\`f=g"\n');
  });
});
