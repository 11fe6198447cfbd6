import * as Flags from '@oclif/core/flags';
import type { ClusterStatus } from '../health/status.ts';
import { EXIT } from '../errors.ts';
import { BaseCommand } from '../shell/base-command.ts';
import { durationFlag } from '../shell/flags.ts';
import { fileFlag } from '../shell/file-flag.ts';
import { hostFlags } from '../shell/host-flags.ts';
import { nameArgument } from '../shell/name-argument.ts';

/** As long as a timer can be. */
const FOR_EVER = 2 ** 31 - 1;

export default class Status extends BaseCommand {
  static override summary = 'show how a cluster is, and why';
  static override description =
    'Asks the manager, every engine, every container of the cluster and the discovery store, and ' +
    'joins what they say. Exits with 4 when the cluster is degraded or down.';
  static override examples = [
    '<%= config.bin %> status',
    '<%= config.bin %> status staging --wait healthy --timeout 60s',
    '<%= config.bin %> status staging --watch',
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
    watch: Flags.boolean({
      default: false,
      char: 'w',
      exclusive: ['wait'],
      description:
        'look again and again: a live view, or what has changed where there is no terminal',
    }),
    interval: durationFlag({
      default: 2000,
      defaultHelp: async () => Promise.resolve('2s'),
      description: 'with --watch, from an answer to the next question',
    }),
    timeout: durationFlag({
      default: 60_000,
      defaultHelp: async () => Promise.resolve('60s'),
      description: 'how long it may take',
    }),
    ...hostFlags,
  };

  async run(): Promise<ClusterStatus | undefined> {
    const { args, flags } = await this.parse(Status);
    if (flags.watch) return this.#watch(args.name, flags);
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
  /** Until the person has had enough, which is no failure; with --json a document a line. */
  async #watch(
    name: string | undefined,
    flags: {
      file: string | undefined;
      interval: number;
      quiet: boolean;
      host: readonly string[];
      'ssh-key': string | undefined;
    },
  ): Promise<undefined> {
    const { watchCluster } = await import('../actions/watch-cluster.ts');
    const { clusterNamed } = await import('../actions/open-cluster-file.ts');
    const { whereToLook } = await import('../actions/where-to-look.ts');
    const { watchView } = await import('../ui/watch-status.ts');
    const lookAt = await whereToLook(flags, process.env);
    const json = this.jsonEnabled();
    const view = watchView(process.stdout, process.stdout.isTTY && !process.env.CI);
    try {
      await this.within({ timeout: FOR_EVER, quiet: flags.quiet, lookAt }, async (context) =>
        watchCluster(
          await clusterNamed(name, flags.file, context),
          flags.interval,
          (look) => {
            if (json) process.stdout.write(`${JSON.stringify(look)}\n`);
            else view.show(look);
          },
          context,
        ),
      );
    } finally {
      view.close();
    }
    return undefined;
  }
}
