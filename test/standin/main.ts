/*
 * Takes the place of the swarm image where that cannot be had: in tests and in the sandbox. It
 * speaks the same command line and the same API, and says of itself that it is a stand-in. It is
 * written from observed behaviour, shares no code with Docker Swarm and is of no use elsewhere.
 */
import { FatalError, UsageError } from './cli/fatal.ts';
import { run } from './cli/run.ts';
import { formatLogLine } from './log.ts';

// As the first process of a container the imitated program ends with 2, else by the signal.
process.on('SIGTERM', () => process.exit(process.pid === 1 ? 2 : 143));
process.on('SIGINT', () => process.exit(process.pid === 1 ? 2 : 130));

try {
  await run(process.argv.slice(2), process.env);
} catch (error) {
  if (!(error instanceof FatalError || error instanceof UsageError)) throw error;
  process.stdout.write(formatLogLine('fatal', error.message));
  process.exit(1);
}
