import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../shell/base-command.ts';
import { clusterFlag } from '../shell/cluster-flag.ts';
import { refuseBareCommand, splitAtDashes } from '../shell/command-line.ts';

/** As long as a setTimeout may be: a person leaves when they want. */
const FOR_EVER = 2 ** 31 - 1;

interface SshResult {
  /** Of the command or the shell. */
  readonly exitCode: number;
}

export default class Ssh extends BaseCommand {
  static override summary = 'open a shell on a host, or run a command there';
  static override description =
    'HOST is the name of a host in its cluster, such as etcd-1. Standard input and outputs are those ' +
    'of swarmctl, and so is the exit code.';
  static override examples = [
    '<%= config.bin %> ssh etcd-1',
    '<%= config.bin %> ssh etcd-m -- docker ps',
  ];
  static override enableJsonFlag = false;
  static override args = { host: Args.string({ required: true, description: 'name of a host' }) };
  static override flags = {
    cluster: clusterFlag,
    tty: Flags.boolean({
      char: 't',
      allowNo: true,
      description: 'give it a terminal; by default when there is one',
    }),
  };

  async run(): Promise<SshResult> {
    const { own, command } = splitAtDashes(this.argv);
    refuseBareCommand(own, ['-c', '--cluster'], 'swarmctl ssh HOST -- COMMAND');
    const { args, flags } = await this.parse(Ssh, own);
    const { shellOnHost } = await import('../actions/shell-on-host.ts');
    const tty = 'tty' in flags ? flags.tty : process.stdin.isTTY && process.stdout.isTTY;
    const exitCode = await this.within({ timeout: FOR_EVER, quiet: flags.quiet }, (context) =>
      shellOnHost({ host: args.host, cluster: flags.cluster, command, tty }, context),
    );
    process.exitCode = exitCode;
    return { exitCode };
  }
}
