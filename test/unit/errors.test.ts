import { describe, expect, it } from 'vitest';
import { EXIT, reasonOf, SwarmctlError, type ErrorCode } from '../../src/errors.ts';

/** The exit codes that the README promises; the type makes every code have one. */
const promised: Record<ErrorCode, number> = {
  USAGE: 2,
  SEVERAL_CLUSTERS: 2,
  NO_CLUSTER: 1,
  PREFLIGHT: 3,
  CLUSTER_EXISTS: 3,
  SPEC_DIFFERS: 3,
  STEP_FAILED: 1,
  TIMEOUT: 1,
  NOT_HEALTHY: 4,
  CONFIRMATION_NEEDED: 1,
  LEFTOVERS: 1,
  LOCKED: 1,
  ENGINE_UNREACHABLE: 1,
  DISCOVERY: 1,
  SSH_AUTH: 1,
  SSH_HOST_KEY: 1,
  SSH_UNREACHABLE: 1,
  STATE: 1,
  INTERRUPTED: 130,
  UNEXPECTED: 1,
};

describe('a SwarmctlError', () => {
  it.each(Object.entries(promised))('of code %s exits with %s', (code, exitCode) => {
    expect(new SwarmctlError(code as ErrorCode, 'x').exitCode).toBe(exitCode);
  });

  it('never exits as if all were well', () => {
    expect(Object.values(promised)).not.toContain(EXIT.done);
    expect(EXIT).toEqual({
      done: 0,
      failed: 1,
      usage: 2,
      preflight: 3,
      degraded: 4,
      changesDue: 5,
      ownFailure: 125,
      interrupted: 130,
    });
  });

  it('carries host, step, suggestions and cause, none of them unless given', () => {
    const cause = new Error('refused');
    const details = { host: 'demo-1', step: 'host demo-1', suggestions: ['wait'], cause };
    expect(new SwarmctlError('TIMEOUT', 'x', details)).toMatchObject({ message: 'x', ...details });
    const bare = new SwarmctlError('TIMEOUT', 'x');
    expect(bare).toMatchObject({ name: 'SwarmctlError', suggestions: [] });
    expect([bare.host, bare.step, bare.cause]).toEqual([undefined, undefined, undefined]);
  });
});

describe('reasonOf', () => {
  it('is the sentence of anything that was thrown', () => {
    expect(reasonOf(new Error('refused'))).toBe('refused');
    expect(reasonOf('text')).toBe('text');
    expect(reasonOf(undefined)).toBe('undefined');
  });

  it('is those of all that were thrown together, as when a name has several addresses', () => {
    const both = new AggregateError([new Error('refused ::1'), new Error('refused 127.0.0.1')]);
    expect(reasonOf(both)).toBe('refused ::1; refused 127.0.0.1');
    expect(reasonOf(new AggregateError([], 'none'))).toBe('none');
  });
});
