import * as Flags from '@oclif/core/flags';
import type { ExpiringCluster } from '../actions/remove-expired.ts';
import { EXIT } from '../errors.ts';
import { BaseCommand } from '../shell/base-command.ts';
import { concurrencyFlag, durationFlag } from '../shell/flags.ts';
import { hostFlags } from '../shell/host-flags.ts';

export default class Gc extends BaseCommand {
  static override summary = 'remove the clusters whose time is over';
  static override description =
    'Looks at the clusters of this machine, those that the labels on its engine tell of, and those of ' +
    'the servers that you name, and destroys the ones that were created with --ttl and are older, by the ' +
    'clock of their engine. It never asks. Exits with 1 when one of them is still there.';
  static override examples = [
    '<%= config.bin %> gc',
    '<%= config.bin %> gc --dry-run',
    '<%= config.bin %> gc --host ssh://root@10.0.0.5',
  ];
  static override flags = {
    'dry-run': Flags.boolean({
      default: false,
      description: 'only show what would be removed, and when the others expire',
    }),
    timeout: durationFlag({
      default: 600_000,
      defaultHelp: async () => Promise.resolve('10m'),
      description: 'how long it may take',
    }),
    concurrency: concurrencyFlag,
    ...hostFlags,
  };

  async run(): Promise<ExpiringCluster[]> {
    const { flags } = await this.parse(Gc);
    const { removeExpired } = await import('../actions/remove-expired.ts');
    const { whereToLook } = await import('../actions/where-to-look.ts');
    const lookAt = await whereToLook({ ...flags, file: undefined }, process.env);
    const { concurrency, 'dry-run': dryRun } = flags;
    const clusters = await this.within({ ...flags, lookAt }, async (context) =>
      removeExpired({ dryRun, concurrency }, context),
    );
    const { renderGc } = await import('../ui/render-gc.ts');
    this.log(renderGc(clusters));
    if (clusters.some(({ outcome }) => outcome === 'failed' || outcome === 'locked')) {
      process.exitCode = EXIT.failed;
    }
    return clusters;
  }
}
