import { describe, expect, it } from 'vitest';
import { discoveryOf } from '../../../src/discovery/index.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { SwarmctlError } from '../../../src/errors.ts';
import type { Check, Finding, Surroundings } from '../../../src/preflight/check.ts';
import { ignore, refuseErrors, runChecks } from '../../../src/preflight/run-checks.ts';
import { calm, specOf } from '../support/cluster.ts';
import { supplyWith } from '../support/image-supply.ts';

const surroundings: Surroundings = {
  spec: specOf(),
  hosts: [],
  further: false,
  discovery: discoveryOf(specOf()),
  outer: new Engine({ kind: 'socket', path: '/nonexistent' }),
  info: {
    ID: '',
    Name: '',
    Driver: '',
    DockerRootDir: '',
    SystemTime: '',
    OSType: '',
    Architecture: '',
    ServerVersion: '',
  },
  version: { Version: '', ApiVersion: '' },
  supply: supplyWith({}),
  signal: calm,
};

const finding = (check: string, level: Finding['level']): Finding => ({
  check,
  level,
  problem: `${check} is wrong`,
  fix: `mend ${check}`,
});

const checkOf = (name: string, ...levels: Finding['level'][]): Check => ({
  name,
  run: () =>
    Promise.resolve(
      levels.map((level) => ({ level, problem: `${name} is wrong`, fix: `mend ${name}` })),
    ),
});

async function failureOf(work: Promise<unknown>): Promise<SwarmctlError> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(SwarmctlError);
  return error as SwarmctlError;
}

describe('refuseErrors', () => {
  it('lists every error with its fix, and no warning', async () => {
    const findings = [
      finding('disk', 'error'),
      finding('clock', 'warning'),
      finding('name', 'error'),
    ];
    const error = await failureOf(Promise.resolve().then(() => refuseErrors(findings)));
    expect(error).toMatchObject({ code: 'PREFLIGHT', exitCode: 3 });
    expect(error.message.split('\n')).toEqual([
      'preflight failed, nothing was changed',
      'disk: disk is wrong',
      'name: name is wrong',
    ]);
    expect(error.suggestions).toEqual(['disk: mend disk', 'name: mend name']);
  });

  it('gives warnings back', () => {
    expect(refuseErrors([finding('clock', 'warning')])).toEqual([finding('clock', 'warning')]);
    expect(refuseErrors([])).toEqual([]);
  });
});

describe('ignore', () => {
  it('makes warnings of the errors of those checks, and leaves the others', () => {
    const found = [finding('a', 'error'), finding('b', 'error'), finding('a', 'warning')];
    expect(ignore(found, ['a'])).toEqual([
      finding('a', 'warning'),
      finding('b', 'error'),
      finding('a', 'warning'),
    ]);
  });
});

describe('runChecks', () => {
  it('asks all and gives back what they find, with the names of their checks', async () => {
    const checks = [checkOf('a'), checkOf('b', 'warning'), checkOf('c', 'error', 'warning')];
    expect(await runChecks(checks, surroundings)).toEqual([
      finding('b', 'warning'),
      finding('c', 'error'),
      finding('c', 'warning'),
    ]);
  });

  it('takes a check that cannot be made for an error, and asks the others nevertheless', async () => {
    const broken: Check = { name: 'broken', run: () => Promise.reject(new Error('no answer')) };
    expect(await runChecks([broken, checkOf('a', 'error')], surroundings)).toEqual([
      {
        ...{ check: 'broken', level: 'error', fix: 'see the reason' },
        problem: 'could not be checked: no answer',
      },
      finding('a', 'error'),
    ]);
  });

  it('ends with the reason of an abort instead of findings', async () => {
    const controller = new AbortController();
    const reason = new SwarmctlError('INTERRUPTED', 'interrupted by SIGINT');
    const broken: Check = {
      name: 'broken',
      run: () => {
        controller.abort(reason);
        return Promise.reject(new Error('socket hang up'));
      },
    };
    const { signal } = controller;
    expect(await failureOf(runChecks([broken], { ...surroundings, signal }))).toBe(reason);
  });
});
