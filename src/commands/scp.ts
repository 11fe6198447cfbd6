import * as Flags from '@oclif/core/flags';
import { SwarmctlError } from '../errors.ts';
import { BaseCommand } from '../shell/base-command.ts';
import { clusterFlag } from '../shell/cluster-flag.ts';
import { durationFlag } from '../shell/flags.ts';

interface ScpResult {
  readonly exitCode: number;
}

export default class Scp extends BaseCommand {
  static override summary = 'copy files to a host or from one';
  static override description = 'HOST:PATH is a file on a host, by its name in the cluster.';
  static override usage = 'scp SOURCE… TARGET';
  static override examples = [
    '<%= config.bin %> scp app.tar etcd-1:/tmp/',
    '<%= config.bin %> scp --recursive etcd-m:/var/log/apt .',
  ];
  static override enableJsonFlag = false;
  static override strict = false;
  static override flags = {
    cluster: clusterFlag,
    recursive: Flags.boolean({ char: 'r', default: false, description: 'copy folders as well' }),
    timeout: durationFlag({
      default: 3_600_000,
      defaultHelp: async () => Promise.resolve('1h'),
      description: 'how long it may take',
    }),
  };

  async run(): Promise<ScpResult> {
    const { flags, argv } = await this.parse(Scp);
    const files = argv as string[];
    const target = files.at(-1);
    if (target === undefined || files.length < 2) {
      throw new SwarmctlError('USAGE', 'what is to be copied, and where to?', {
        suggestions: ['swarmctl scp file etcd-1:/tmp/'],
      });
    }
    const { copyBetween } = await import('../actions/copy-files.ts');
    const { cluster, recursive } = flags;
    const exitCode = await this.within(flags, (context) =>
      copyBetween({ sources: files.slice(0, -1), target, cluster, recursive }, context),
    );
    process.exitCode = exitCode;
    return { exitCode };
  }
}
