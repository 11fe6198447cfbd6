import { expect, it } from 'vitest';
import { SwarmctlError } from '../../../src/errors.ts';
import { asUsageError } from '../../../src/shell/usage-error.ts';

const called = { command: 'lock release', flags: ['nodes', 'force', 'no-insecure', 'json'] };

/** As oclif throws it. */
function thrown(message: string, more: object = {}) {
  return Object.assign(new Error(`${message}\nSee more help with --help`), {
    oclif: { exit: 2 },
    ...more,
  });
}

it.each([
  ['--node', 'lock release has no flag --node; did you mean --nodes?'],
  ['--no-insecur', 'lock release has no flag --no-insecur; did you mean --no-insecure?'],
  ['--banana', 'lock release has no flag --banana'],
  ['-x', 'lock release has no flag -x'],
])(
  'a flag %s that does not exist is told with the one that may have been meant',
  (flag, message) => {
    const error = thrown(`Nonexistent flag: ${flag}`, { flags: [flag] });
    expect(asUsageError(error, called)).toMatchObject({
      ...{ code: 'USAGE', exitCode: 2, message },
      suggestions: ['swarmctl lock release --help'],
    });
  },
);

it('whatever else is wrong with a command line is in the words of oclif', () => {
  expect(asUsageError(thrown('Unexpected argument: b'), called)).toMatchObject({
    code: 'USAGE',
    message: 'Unexpected argument: b',
  });
});

it('other errors stay what they are', () => {
  for (const error of [new TypeError('x'), new SwarmctlError('STATE', 'no CA')]) {
    expect(asUsageError(error, called)).toBe(error);
  }
});
