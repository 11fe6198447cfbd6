import * as Flags from '@oclif/core/flags';
import type { ClusterStatus } from '../health/status.ts';
import { EXIT } from '../errors.ts';
import { BaseCommand } from '../shell/base-command.ts';
import { durationFlag } from '../shell/flags.ts';
import { fileFlag } from '../shell/file-flag.ts';
import { hostFlags } from '../shell/host-flags.ts';
import { nameArgument } from '../shell/name-argument.ts';

export default class Status extends BaseCommand {
  static override summary = 'show how a cluster is, and why';
  static override description =
    'Asks the manager, every engine, every container of the cluster and the discovery store, and ' +
    'joins what they say. Exits with 4 when the cluster is degraded or down.';
  static override examples = [
    '<%= config.bin %> status',
    '<%= config.bin %> status staging --wait healthy --timeout 60s',
    '<%= config.bin %> status staging --json',
  ];
  static override args = { name: nameArgument };
  static override flags = {
    file: fileFlag,
    wait: Flags.string({
      options: ['healthy'],
      description: 'return only when the cluster is so',
      helpValue: 'healthy',
    }),
    timeout: durationFlag({
      default: 60_000,
      defaultHelp: async () => Promise.resolve('60s'),
      description: 'how long it may take',
    }),
    ...hostFlags,
  };

  async run(): Promise<ClusterStatus> {
    const { args, flags } = await this.parse(Status);
    const { inspectCluster, awaitHealthy } = await import('../actions/inspect-cluster.ts');
    const { clusterNamed } = await import('../actions/open-cluster-file.ts');
    const { whereToLook } = await import('../actions/where-to-look.ts');
    const lookAt = await whereToLook(flags, process.env);
    const inspect = flags.wait === undefined ? inspectCluster : awaitHealthy;
    const status = await this.within({ ...flags, lookAt }, async (context) =>
      inspect(await clusterNamed(args.name, flags.file, context), context),
    );
    const { renderStatus } = await import('../ui/render-status.ts');
    this.log(renderStatus(status));
    if (status.health !== 'healthy') process.exitCode = EXIT.degraded;
    return status;
  }
}
