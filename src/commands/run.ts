import { randomBytes } from 'node:crypto';
import * as Args from '@oclif/core/args';
import { EXIT, SwarmctlError } from '../errors.ts';
import { BaseCommand } from '../shell/base-command.ts';
import { refuseBareCommand, splitAtDashes } from '../shell/command-line.ts';
import { INSECURE, requestFlags } from '../shell/create-flags.ts';
import { eventsFlags } from '../shell/events-flags.ts';
import { concurrencyFlag, durationFlag } from '../shell/flags.ts';
import type { Ended } from '../shell/foreground.ts';
import { settingsGiven } from '../shell/given.ts';

const USAGE = 'swarmctl run --discovery etcd --nodes 3 -- COMMAND';

interface RunResult {
  /** Of the cluster that there was; null when none was made for a command that cannot be run. */
  readonly name: string | null;
  /** Of the command; 128 and the signal's number when a signal ended it. */
  readonly exitCode: number;
  readonly signal: string | null;
  /** Why it did not run; empty when it did. */
  readonly problem: string;
}

export default class Run extends BaseCommand {
  static override summary = 'make a cluster, run a command with it, and remove it';
  static override description =
    'The command gets the environment that swarmctl env sets, and standard input, outputs and exit ' +
    'code are its own; what swarmctl says goes to standard error. The cluster is removed whatever ' +
    'becomes of the command, and also when swarmctl is killed. Without NAME it has a new one. ' +
    'The exit code is 125 when swarmctl itself failed, 126 or 127 when the command cannot be run.';
  static override examples = [
    '<%= config.bin %> run --discovery etcd --nodes 3 -- docker info',
    '<%= config.bin %> run -f swarmctl.yaml -- npm test',
    '<%= config.bin %> run --nodes 2 -- bash',
  ];
  static override enableJsonFlag = false;
  static override args = {
    name: Args.string({ description: 'name of the cluster, which must not exist' }),
  };
  static override flags = {
    ...requestFlags,
    timeout: durationFlag({
      default: 300_000,
      defaultHelp: async () => Promise.resolve('5m'),
      description: 'how long making the cluster may take',
    }),
    concurrency: concurrencyFlag,
    ...eventsFlags,
    // Standard output is the command's.
    events: { ...eventsFlags.events, dependsOn: ['events-file'] },
  };

  async run(): Promise<RunResult> {
    const { own, command } = splitAtDashes(this.argv);
    refuseBareCommand(own, valuedFlags(), USAGE);
    const parsed = await this.parse(Run, own);
    const { args, flags } = parsed;
    if (command.length === 0) {
      throw new SwarmctlError('USAGE', 'a command is missing after --', { suggestions: [USAGE] });
    }
    const name = args.name ?? `run-${randomBytes(3).toString('hex')}`;
    const { values, origin } = settingsGiven(Run.flags, parsed);
    const given = {
      values: { ...values, name },
      // The name in a cluster file is that of the cluster which create makes of it.
      origin: (setting: string) => (setting === 'name' ? 'flag' : origin(setting)),
    };
    const { runInCluster } = await import('../actions/run-in-cluster.ts');
    const { readRequest } = await import('../actions/cluster-request.ts');
    const { checkNames } = await import('../actions/preflight.ts');
    const { Foreground, whyNotRun } = await import('../shell/foreground.ts');
    const { Guardian } = await import('../shell/guardian.ts');
    const ignored = checkNames(flags['ignore-preflight']);
    const hopeless = await whyNotRun(command[0] ?? '', process.env);
    if (hopeless) return this.#ended(null, hopeless);
    const foreground = new Foreground();
    const guardian = new Guardian(flags);
    try {
      const { spares } = foreground;
      const ended = await this.within({ ...flags, spares }, async (context) => {
        const request = await readRequest(given, flags.file, context);
        if (request.spec.insecure) context.warn(INSECURE);
        return runInCluster(
          {
            ...{ request, ignored, concurrency: flags.concurrency },
            onLaidOut: ({ createdAt }) => {
              guardian.watch({ name, createdAt });
            },
            work: async (env) => {
              const { signal } = context;
              const onStart = (target: number) => {
                guardian.note(target);
              };
              const outcome = await foreground.run(command, env, { signal, onStart });
              guardian.note(undefined);
              return outcome;
            },
            sayEnd: ({ exitCode }) => `the command ended with exit code ${exitCode}`,
          },
          context,
        );
      });
      return this.#ended(name, ended);
    } finally {
      await guardian.dismiss();
    }
  }

  #ended(name: string | null, ended: Ended): RunResult {
    if (ended.problem !== '') this.warn(ended.problem);
    process.exitCode = ended.exitCode;
    return { name, ...ended };
  }

  protected override async catch(error: Error): Promise<void> {
    await super.catch(error);
    if (process.exitCode !== EXIT.interrupted) process.exitCode = EXIT.ownFailure;
  }
}

/** The flags whose next word is their value. */
function valuedFlags(): string[] {
  return Object.entries(Run.flags).flatMap(([name, flag]) =>
    flag.type === 'option' ? [`--${name}`, ...(flag.char ? [`-${flag.char}`] : [])] : [],
  );
}
