import { SwarmctlError } from '../../errors.ts';
import type { RunResult, SshConnection } from '../../ssh/connection.ts';
import { pause } from '../../util/abort.ts';
import { ofCluster } from '../labels.ts';
import type { ServerFacts } from './facts.ts';
import { installProblem } from './install-problem.ts';
import { failure, runOnHost } from './run-on-host.ts';

interface Options {
  /** `packages`, or the URL of a script. */
  readonly source: string;
  readonly signal: AbortSignal;
  /** Told what is done and waited for, a sentence each. */
  readonly report: (sentence: string) => void;
}

/** What the scripts say when somebody else holds a lock of apt or dpkg. */
const LOCKED = 75;
const BETWEEN_ATTEMPTS = 1000;

/** Installs the Docker Engine; what comes with it is noted on the host, for `removeEngine`. */
export async function installEngine(
  connection: SshConnection,
  facts: ServerFacts,
  { source, signal, report }: Options,
): Promise<void> {
  const { host } = connection;
  const problem = installProblem(facts, source);
  if (problem) {
    const message = `cannot install Docker on ${host}: ${problem.problem}`;
    throw new SwarmctlError('STEP_FAILED', message, { host, suggestions: [problem.fix] });
  }
  if (facts.docker !== undefined) return;
  report(`installing Docker on ${host}`);
  const outcome =
    source === 'packages'
      ? await inTurn(connection, ['engine.sh', 'apt.sh', 'install-packages.sh'], {
          signal,
          report,
        })
      : await runOnHost(connection, ['engine.sh', 'install-script.sh'], { signal, args: [source] });
  if (outcome.exitCode === 0) return;
  throw failure(connection, 'install Docker', outcome, [
    source === 'packages'
      ? `on ${host}: sudo apt-get update && sudo apt-get install docker.io`
      : `does ${source} support that system?`,
  ]);
}

/**
 * Removes the engine that `installEngine` has installed, and nothing when it has not; comes before
 * `restoreEngine`. What it kept goes too, unless there is anything but the volumes and images of ours.
 */
export async function removeEngine(
  connection: SshConnection,
  signal: AbortSignal,
  own: { readonly cluster: string; readonly images: readonly string[] },
): Promise<void> {
  const names = ['engine.sh', 'apt.sh', 'remove-engine.sh'];
  const report = () => undefined;
  const outcome = await inTurn(connection, names, {
    signal,
    report,
    args: [ofCluster(own.cluster), ...own.images],
  });
  if (outcome.exitCode === 0) return;
  throw failure(connection, 'remove Docker', outcome, [
    'without --remove-engine it stays, and the rest is taken back',
  ]);
}

/** Runs scripts of ours that use apt, again and again while somebody else does. */
async function inTurn(
  connection: SshConnection,
  names: readonly string[],
  { signal, report, args = [] }: Omit<Options, 'source'> & { readonly args?: readonly string[] },
): Promise<RunResult> {
  for (let told = ''; ;) {
    const outcome = await runOnHost(connection, names, { signal, args });
    if (outcome.exitCode !== LOCKED) return outcome;
    const holder = holderOf(outcome.stdout.toString('utf8'));
    if (holder !== told) report(`waiting for package lock held by ${holder} on ${connection.host}`);
    told = holder;
    await pause(BETWEEN_ATTEMPTS, signal);
  }
}

function holderOf(words: string): string {
  return /It is held by (process \d+ \([^)]*\))/.exec(words)?.[1] ?? 'another process';
}
