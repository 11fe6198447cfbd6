import { randomUUID } from 'node:crypto';
import type { Engine } from '../../engine/engine.ts';
import { SwarmctlError, reasonOf } from '../../errors.ts';
import type { SshConnection } from '../../ssh/connection.ts';
import { bounded, isTimeout } from '../../util/abort.ts';
import { sayDuration } from '../../util/duration.ts';
import { readTemplate } from '../../util/template.ts';
import type { DockerFacts, ServerFacts } from './facts.ts';
import { askEngine, runningOf } from './ask-engine.ts';
import { parseFacts, type ServerReport } from './parse-facts.ts';
import { DROP_IN, STATE } from './paths.ts';

/** Milliseconds that an engine which was reached has to answer, and again for all that runs on it. */
const ENGINE_DEADLINE = 10_000;

/**
 * Asks a server for everything we want to know of it, and its engine where one runs: one that is
 * stopped would be started by the question. Changes nothing.
 */
export async function lookAtServer(
  connection: SshConnection,
  openEngine: () => Promise<Engine>,
  signal: AbortSignal,
): Promise<ServerFacts> {
  const { docker, ...server } = await askServer(connection, signal);
  if (docker === undefined) return { ...server, docker };
  const silent = { engine: undefined, running: [] };
  if (!docker.active) return { ...server, docker: { ...docker, ...silent } };
  try {
    const facts = await whatItSays(openEngine, connection.host, signal);
    return { ...server, docker: { ...docker, ...facts } };
  } catch (error) {
    signal.throwIfAborted();
    const whySilent = error instanceof Error ? error : new Error(reasonOf(error));
    return { ...server, docker: { ...docker, ...silent, whySilent } };
  }
}

async function whatItSays(
  open: () => Promise<Engine>,
  host: string,
  signal: AbortSignal,
): Promise<Pick<DockerFacts, 'engine' | 'running'>> {
  const asked = await open();
  try {
    const { engine, containers } = await bounded(ENGINE_DEADLINE, signal, (limit) =>
      askEngine(asked, limit),
    );
    return { engine, running: await runningOf(containers, asked, ENGINE_DEADLINE, signal) };
  } catch (error) {
    if (!isTimeout(error)) throw error;
    const message = `Docker runs on ${host}, and has not answered within ${sayDuration(ENGINE_DEADLINE)}`;
    const suggestions = [`on ${host}: docker ps`, `on ${host}: systemctl status docker`];
    throw new SwarmctlError('ENGINE_UNREACHABLE', message, { host, suggestions, cause: error });
  }
}

async function askServer(connection: SshConnection, signal: AbortSignal): Promise<ServerReport> {
  const [asRoot, look] = await Promise.all([
    readTemplate('ssh-host/look-as-root.sh'),
    readTemplate('ssh-host/look.sh'),
  ]);
  const { host } = connection;
  const mark = randomUUID();
  const command = ['sh', '-c', asRoot, 'look-as-root', look, DROP_IN, STATE, mark];
  const { stdout, stderr, exitCode } = await connection.run(command, {
    signal,
    limit: 16 * 1024 * 1024,
  });
  const facts = parseFacts(stdout.toString('utf8'), mark);
  if (facts !== undefined) return facts;
  const reason = stderr.trim() || `exit code ${exitCode}`;
  throw new SwarmctlError('STEP_FAILED', `cannot look at ${host}: ${reason}`, {
    host,
    suggestions: [`what does this say: ssh ${connection.place.byHand} uname -a`],
  });
}
