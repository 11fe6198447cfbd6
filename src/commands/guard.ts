import * as Args from '@oclif/core/args';
import { BaseCommand } from '../shell/base-command.ts';

const TIMEOUT = 180_000;
const CONCURRENCY = 8;

/** What `run` leaves behind itself: see shell/guardian.ts. */
export default class Guard extends BaseCommand {
  static override hidden = true;
  static override summary = 'remove the cluster of a run that was killed';
  static override enableJsonFlag = false;
  static override args = {
    name: Args.string({ required: true }),
    createdAt: Args.string({ required: true }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Guard);
    const { endCommand, whenAlone } = await import('../shell/guardian.ts');
    const command = await whenAlone(process.stdin);
    await this.within({ timeout: TIMEOUT, quiet: flags.quiet }, async (context) => {
      context.note(`swarmctl run is gone; removing cluster ${args.name}`);
      if (command !== undefined) await endCommand(command);
      const { removeOwn } = await import('../actions/remove-own.ts');
      await removeOwn({ ...args, concurrency: CONCURRENCY }, context);
      context.note(`cluster ${args.name} is gone`);
    });
  }
}
