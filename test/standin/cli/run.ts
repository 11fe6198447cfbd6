import { PLATFORM_NAME, RELEASE, VERSION_LINE } from '../identity.ts';
import { formatLogLine, parseLogLevel, setLogLevel } from '../log.ts';
import { FatalError, UsageError } from './fatal.ts';
import { readFlags } from './flags.ts';
import { join } from './join.ts';
import { list } from './list.ts';
import { manage } from './manage.ts';
import { readJoinOptions, readListOptions, readManageOptions } from './options.ts';
import { globalFlags } from './specs.ts';

const HELP = `Usage: swarm [OPTIONS] COMMAND [arg...]

${PLATFORM_NAME}: imitates Docker Swarm for tests

Version: ${RELEASE}

Options:
  --debug                log everything
  --log-level, -l LEVEL  debug, info (the default), warn, error, fatal or panic
  --experimental         accepted and ignored
  --help, -h             show this help
  --version, -v          print the version

Commands:
  manage, m              serve the cluster's API
  join, j                register one engine
  list, l                print the registered engines
  help                   show this help
`;

type Command = (argv: string[], env: NodeJS.ProcessEnv) => Promise<void>;

const commands: Record<string, Command> = {
  manage: (argv, env) => {
    announce();
    return manage(readManageOptions(argv, env));
  },
  join: (argv, env) => {
    announce();
    return join(readJoinOptions(argv, env));
  },
  // The answer of this one is read from stdout, so it says nothing else there.
  list: (argv, env) => listOrExplain(argv, env),
};

const shortNames: Record<string, string> = { m: 'manage', j: 'join', l: 'list' };

export async function run(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const { given, positional } = readFlags(globalFlags, argv);
  if (given.has('version')) return void process.stdout.write(`${VERSION_LINE}\n`);
  const level = parseLogLevel(given.get('log-level')?.at(-1) ?? 'info');
  if (!level) {
    throw new FatalError(
      `not a valid logrus Level: ${JSON.stringify(given.get('log-level')?.at(-1))}`,
    );
  }
  const debug = (given.has('debug') || env['DEBUG'] === 'true') && !given.has('log-level');
  setLogLevel(debug ? 'debug' : level);
  const [word = 'help', ...rest] = positional;
  const command = commands[shortNames[word] ?? word];
  if (!command || given.has('help')) {
    process.stdout.write(command || word === 'help' ? HELP : `No help topic for '${word}'\n`);
    return;
  }
  try {
    await command(rest, env);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stdout.write('Incorrect Usage.\n\n');
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}

/** This command alone words its failures plainly and on stderr. */
async function listOrExplain(argv: string[], env: NodeJS.ProcessEnv): Promise<void> {
  try {
    await list(readListOptions(argv, env));
  } catch (error) {
    if (!(error instanceof FatalError)) throw error;
    const time = new Date().toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
    process.stderr.write(`${time} ${error.message}\n`);
    process.exit(1);
  }
}

/** Written at every log level: nobody reading the log may take this for the real program. */
function announce(): void {
  const text = `${PLATFORM_NAME}, release ${RELEASE}: imitates Docker Swarm for tests`;
  process.stdout.write(formatLogLine('info', text));
}
