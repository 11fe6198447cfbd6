import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import type { HostOutcome } from '../actions/exec-on-hosts.ts';
import { EXIT, SwarmctlError } from '../errors.ts';
import { BaseCommand } from '../shell/base-command.ts';
import { clusterFlag } from '../shell/cluster-flag.ts';
import { refuseBareCommand, splitAtDashes } from '../shell/command-line.ts';
import { concurrencyFlag, durationFlag } from '../shell/flags.ts';

export default class Exec extends BaseCommand {
  static override summary = 'run a command on one host or on all of a cluster';
  static override description =
    'Without standard input. With --all the hosts run it at the same time, lines are told with the ' +
    'name of their host, and the exit code is the highest; a host that fails does not stop the others.';
  static override examples = [
    '<%= config.bin %> exec etcd-1 -- uptime',
    '<%= config.bin %> exec --all -- docker version',
  ];
  static override args = { host: Args.string({ description: 'name of a host' }) };
  static override flags = {
    all: Flags.boolean({ char: 'a', default: false, description: 'on all hosts of the cluster' }),
    cluster: clusterFlag,
    concurrency: concurrencyFlag,
    timeout: durationFlag({
      default: 3_600_000,
      defaultHelp: async () => Promise.resolve('1h'),
      description: 'how long it may take',
    }),
  };

  async run(): Promise<HostOutcome[]> {
    const { own, command } = splitAtDashes(this.argv);
    const usage = 'swarmctl exec HOST -- COMMAND, or swarmctl exec --all -- COMMAND';
    refuseBareCommand(own, ['-c', '--cluster', '--concurrency', '--timeout'], usage);
    const { args, flags } = await this.parse(Exec, own);
    if (command.length === 0 || (args.host === undefined) !== flags.all) {
      throw new SwarmctlError('USAGE', 'a host or --all, and after -- a command', {
        suggestions: [usage],
      });
    }
    const { execOnHosts } = await import('../actions/exec-on-hosts.ts');
    const outcomes = await this.within(flags, (context) =>
      execOnHosts(
        {
          ...{ host: args.host, cluster: flags.cluster, command, concurrency: flags.concurrency },
          onLine: (host, stream, line) => {
            if (this.jsonEnabled()) return;
            process[stream].write(`${flags.all ? `${host} | ` : ''}${line}\n`);
          },
        },
        context,
      ),
    );
    for (const { host, problem } of outcomes) {
      if (problem !== '') this.warn(`${host}: ${problem}`);
    }
    process.exitCode = Math.max(...outcomes.map(({ exitCode }) => exitCode ?? EXIT.failed));
    return outcomes;
  }
}
