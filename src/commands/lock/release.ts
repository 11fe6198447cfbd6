import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../shell/base-command.ts';

const TIMEOUT = 15_000;

export default class LockRelease extends BaseCommand {
  static override summary = 'remove the lock of a cluster';
  static override description =
    'For the lock of a machine that is gone. One whose process runs on this machine, and one of ' +
    'another machine, of which nothing can be known here, goes only with --force.';
  static override examples = ['<%= config.bin %> lock release staging --force'];
  static override args = {
    name: Args.string({ description: 'cluster', required: true }),
  };
  static override flags = {
    force: Flags.boolean({
      default: false,
      description: 'even if its owner may still be at work',
    }),
  };

  async run(): Promise<{ readonly cluster: string; readonly released: boolean }> {
    const { args, flags } = await this.parse(LockRelease);
    const { releaseLock } = await import('../../actions/locks.ts');
    const cluster = args.name;
    const released = await this.within({ timeout: TIMEOUT, quiet: flags.quiet }, (context) =>
      releaseLock(cluster, flags.force, context),
    );
    this.log(released ? `The lock of ${cluster} is gone.` : `${cluster} is not locked.`);
    return { cluster, released };
  }
}
