import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SwarmctlError } from '../../../src/errors.ts';
import { confirm } from '../../../src/ui/confirm.ts';

const ci = vi.hoisted(() => ({ isCI: false }));
vi.mock('ci-info', () => ci);

const question = {
  message: 'Remove cluster demo?',
  yes: false,
  mayAsk: true,
  signal: new AbortController().signal,
};
const terminals = { stdin: process.stdin.isTTY, stderr: process.stderr.isTTY };

function pretend(stdin: boolean, stderr: boolean): void {
  process.stdin.isTTY = stdin;
  process.stderr.isTTY = stderr;
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'it was asked',
    (error: unknown) => error,
  );
}

const needed = {
  code: 'CONFIRMATION_NEEDED',
  message: 'cannot ask "Remove cluster demo?"; nothing was removed',
  suggestions: ['say yes beforehand with --yes'],
};

describe('confirm', () => {
  beforeEach(() => {
    ci.isCI = false;
    pretend(true, true);
  });
  afterEach(() => {
    process.stdin.isTTY = terminals.stdin;
    process.stderr.isTTY = terminals.stderr;
  });

  it('does not ask when the answer was given', async () => {
    pretend(false, false);
    expect(await confirm({ ...question, yes: true, mayAsk: false })).toBe(true);
  });

  it.each([
    ['standard input is no terminal', false, true],
    ['standard error is no terminal', true, false],
  ])('refuses to guess when %s', async (_, stdin, stderr) => {
    pretend(stdin, stderr);
    const error = await failureOf(confirm(question));
    expect(error).toBeInstanceOf(SwarmctlError);
    expect(error).toMatchObject(needed);
  });

  it('refuses to guess in CI, and where nobody may be asked', async () => {
    expect(await failureOf(confirm({ ...question, mayAsk: false }))).toMatchObject(needed);
    ci.isCI = true;
    expect(await failureOf(confirm(question))).toMatchObject(needed);
  });
});
