import type { Switch, Switched, switchHosts } from '../actions/switch-hosts.ts';
import { BaseCommand } from './base-command.ts';
import { concurrencyFlag, durationFlag, lockWaitFlag } from './flags.ts';
import { subjectsArgument } from './subject-argument.ts';

/** What `start`, `stop` and `restart` share: everything but the word. */
export abstract class SwitchCommand extends BaseCommand {
  static override args = { subjects: subjectsArgument };
  static override flags = {
    timeout: durationFlag({
      default: 120_000,
      defaultHelp: async () => Promise.resolve('2m'),
      description: 'how long it may take',
    }),
    concurrency: concurrencyFlag,
    'lock-wait': lockWaitFlag,
  };

  protected async switched(how: Switch, action: typeof switchHosts): Promise<Switched[]> {
    // oclif takes what a class itself has, and not what it inherits.
    const { args, flags } = await this.parse(SwitchCommand);
    const { renderSwitched } = await import('../ui/render-switched.ts');
    const wanted = {
      how,
      names: args.subjects ?? [],
      concurrency: flags.concurrency,
      lockWait: flags['lock-wait'],
    };
    const result = await this.within(flags, (context) => action(wanted, context));
    this.log(renderSwitched(how, result));
    return result;
  }
}
