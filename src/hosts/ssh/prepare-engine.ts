import { createHash } from 'node:crypto';
import { SwarmctlError } from '../../errors.ts';
import type { SshConnection } from '../../ssh/connection.ts';
import { whyNotStarted } from './engine-journal.ts';
import { failure, runOnHost } from './run-on-host.ts';
import type { EngineSetup } from './setup.ts';

/** PEM texts of an engine: the CA of its clients, its own certificate, and its key. */
export interface EngineTls {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

interface Options {
  readonly signal: AbortSignal;
  /** Told what is done and found, a sentence each. */
  readonly report: (sentence: string) => void;
  /** Whether the engine has just said that nothing runs on it; else it is asked on the host. */
  readonly idle?: boolean;
}

/** Whether the engine of a server runs with exactly this setup. */
export async function isPrepared(
  connection: SshConnection,
  setup: EngineSetup,
  signal: AbortSignal,
): Promise<boolean> {
  if (setup.dropIn === '') return false;
  const lines = [
    ['drop-in', sha256(setup.dropIn)],
    ['daemon.json', sha256(setup.daemonJson)],
    ['environment', sha256(setup.environmentFile)],
    ['digest', digestOf(setup)],
  ];
  const stdin = lines.map((line) => `${line.join(' ')}\n`).join('');
  const names = ['engine.sh', 'is-prepared.sh'];
  return (await runOnHost(connection, names, { signal, stdin })).exitCode === 0;
}

/**
 * Configures the engine of a server and restarts it when that changes anything; containers that ran
 * run afterwards. What was there before is kept for `restoreEngine`. Can be run again, and after it
 * was cut off.
 */
export async function prepareEngine(
  connection: SshConnection,
  setup: EngineSetup,
  tls: EngineTls,
  { signal, report, idle = false }: Options,
): Promise<void> {
  const { host } = connection;
  const [first] = setup.problems;
  if (first !== undefined) {
    throw new SwarmctlError(
      'STEP_FAILED',
      `cannot prepare the engine of ${host}: ${first.problem}`,
      {
        host,
        suggestions: [first.fix],
      },
    );
  }
  if (setup.dropIn === '') throw new Error(`no engine on ${host} to prepare`);
  report(`configuring and restarting the engine of ${host}`);
  const outcome = await runOnHost(connection, ['engine.sh', 'prepare.sh'], {
    signal,
    stdin: parcel({
      'drop-in': setup.dropIn,
      'daemon.json': setup.daemonJson,
      environment: setup.environmentFile,
      'ca.pem': tls.ca,
      'cert.pem': tls.cert,
      'key.pem': tls.key,
      digest: digestOf(setup),
      idle: idle ? '' : undefined,
    }),
  });
  const said = outcome.stdout.toString('utf8');
  if (outcome.exitCode === 3) throw notStarted(host, said, 'its old configuration is back');
  if (outcome.exitCode === 4) throw notStarted(host, said, 'nor with its old configuration');
  if (outcome.exitCode !== 0) throw failure(connection, 'prepare the engine', outcome);
  checkContainers(host, said);
}

/**
 * Takes everything back that `prepareEngine` and others have put on a server, whether that was done
 * in whole, in part or not at all. `removeEngine` has to come before it: it needs what goes here.
 */
export async function restoreEngine(connection: SshConnection, signal: AbortSignal): Promise<void> {
  const outcome = await runOnHost(connection, ['engine.sh', 'restore.sh'], { signal });
  const said = outcome.stdout.toString('utf8');
  if (outcome.exitCode === 3) {
    throw notStarted(connection.host, said, 'although its own configuration is back');
  }
  if (outcome.exitCode !== 0) throw failure(connection, 'put back the engine', outcome);
  checkContainers(connection.host, said);
}

function notStarted(host: string, journal: string, then: string): SwarmctlError {
  const reason = whyNotStarted(journal) ?? 'its journal says nothing';
  const stopped = containersIn(journal).map((line) => `; does not start again either: ${line}`);
  return new SwarmctlError(
    'STEP_FAILED',
    `the engine of ${host} does not start (${then}): ${reason}${stopped.join('')}`,
    {
      host,
      suggestions: [
        'correct the engine’s options (--engine-opt, or engine.options of the file)',
        `on ${host}: journalctl --unit docker`,
      ],
    },
  );
}

/** What the scripts say when all went well are containers that did not start again. */
function checkContainers(host: string, said: string): void {
  const lines = containersIn(said);
  if (lines.length === 0) return;
  throw new SwarmctlError(
    'STEP_FAILED',
    `on ${host} ran and does not start again: ${lines.join('; ')}`,
    { host, suggestions: [`on ${host}: docker start CONTAINER`] },
  );
}

function containersIn(said: string): string[] {
  return said.split('\n').filter((line) => line.startsWith('container '));
}

function parcel(files: Record<string, string | undefined>): string {
  const lines = Object.entries(files).flatMap(([name, text]) =>
    text === undefined ? [] : [`${name} ${Buffer.from(text).toString('base64')}`],
  );
  return [...lines, 'end', ''].join('\n');
}

function digestOf({ dropIn, daemonJson, environmentFile, names }: EngineSetup): string {
  const files = [dropIn, daemonJson ?? null, environmentFile ?? null];
  return sha256(JSON.stringify(names.length === 0 ? files : [...files, names]));
}

function sha256(text: string | undefined): string {
  return text === undefined ? '-' : createHash('sha256').update(text).digest('hex');
}
