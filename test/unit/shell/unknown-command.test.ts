import { describe, expect, it } from 'vitest';
import { unknownCommand } from '../../../src/shell/unknown-command.ts';

const ids = ['create', 'destroy', 'env', 'ls', 'lock:ls', 'lock:release', 'config:validate'];

describe('unknownCommand', () => {
  it.each([['create'], ['create demo'], ['lock ls --json'], ['lock release x']])(
    'finds nothing wrong with %s',
    (line) => {
      expect(unknownCommand(line.split(' '), ids)).toBeUndefined();
    },
  );

  it.each([
    ['craete --json', 'there is no command craete; did you mean create?', 'create --help'],
    ['destory demo', 'there is no command destory; did you mean destroy?', 'destroy --help'],
    ['lokc ls', 'there is no command lokc; did you mean lock ls?', 'lock ls --help'],
    ['lokc', 'there is no command lokc; did you mean lock?', 'lock --help'],
    ['lock lss', 'there is no command lock lss; did you mean lock ls?', 'lock ls --help'],
    ['lock frobnicate', 'there is no command lock frobnicate', 'lock --help'],
    ['rm demo', 'there is no command rm: here it is destroy', 'destroy --help'],
    ['use', 'there is no command use: here it is env', 'env --help'],
    [
      'validate',
      'there is no command validate: here it is config validate',
      'config validate --help',
    ],
    ['version', 'there is no command version: here it is --version', '--version'],
    ['constructor', 'there is no command constructor', '--help'],
    ['--nope create', 'there is no flag --nope before a command', '--help'],
  ])('of %s says what may have been meant', (line, message, suggestion) => {
    expect(unknownCommand(line.split(' '), ids)).toMatchObject({
      ...{ code: 'USAGE', exitCode: 2, message },
      suggestions: [`swarmctl ${suggestion}`],
    });
  });

  it('proposes nothing that there is not', () => {
    expect(unknownCommand(['kill'], ids)?.message).toBe('there is no command kill');
    expect(unknownCommand(['kill'], [...ids, 'stop'])?.message).toContain('here it is stop');
  });
});
