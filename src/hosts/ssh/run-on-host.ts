import { SwarmctlError } from '../../errors.ts';
import type { RunResult, SshConnection } from '../../ssh/connection.ts';
import { readTemplate } from '../../util/template.ts';

interface Options {
  readonly signal: AbortSignal;
  /** For its standard input: the place for secrets. */
  readonly stdin?: string;
  readonly args?: readonly string[];
}

/** Runs scripts of templates/ssh-host, put together as one, as root. */
export async function runOnHost(
  connection: SshConnection,
  names: readonly string[],
  { signal, stdin = '', args = [] }: Options,
): Promise<RunResult> {
  const parts = await Promise.all(names.map((name) => readTemplate(`ssh-host/${name}`)));
  const command = ['sh', '-c', parts.join('\n'), 'swarmctl', ...args];
  return connection.run(command, { signal, stdin, sudo: true });
}

/** The error of a script that failed, in its own words. */
export function failure(
  { host }: SshConnection,
  what: string,
  { exitCode, stderr }: RunResult,
  suggestions: readonly string[] = [],
): SwarmctlError {
  const reason = stderr.trim().split('\n').slice(-5).join('; ') || `exit code ${exitCode}`;
  return new SwarmctlError('STEP_FAILED', `cannot ${what} on ${host}: ${reason}`, {
    host,
    suggestions,
  });
}
