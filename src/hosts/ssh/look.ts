import { SwarmctlError } from '../../errors.ts';
import type { SshConnection } from '../../ssh/connection.ts';
import { readTemplate } from '../../util/template.ts';
import type { ServerFacts } from './facts.ts';
import { parseFacts } from './parse-facts.ts';
import { DROP_IN, STATE } from './paths.ts';

/** Asks a server, in one round trip, for everything we want to know of it; changes nothing. */
export async function lookAtServer(
  connection: SshConnection,
  signal: AbortSignal,
): Promise<ServerFacts> {
  const [asRoot, look] = await Promise.all([
    readTemplate('ssh-host/look-as-root.sh'),
    readTemplate('ssh-host/look.sh'),
  ]);
  const { host } = connection;
  const command = ['sh', '-c', asRoot, 'look-as-root', look, DROP_IN, STATE];
  const { stdout, stderr, exitCode } = await connection.run(command, {
    signal,
    limit: 16 * 1024 * 1024,
  });
  const facts = parseFacts(stdout.toString('latin1'));
  if (facts !== undefined) return facts;
  const reason = stderr.trim() || `exit code ${exitCode}`;
  throw new SwarmctlError('STEP_FAILED', `cannot look at ${host}: ${reason}`, {
    host,
    suggestions: [`what does this say: ssh ${connection.place.byHand} uname -a`],
  });
}
