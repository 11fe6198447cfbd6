import * as Flags from '@oclif/core/flags';
import type { DestroyResult } from '../actions/destroy-cluster.ts';
import { BaseCommand } from '../shell/base-command.ts';
import { eventsFlags } from '../shell/events-flags.ts';
import { concurrencyFlag, durationFlag, lockWaitFlag } from '../shell/flags.ts';
import { fileFlag } from '../shell/file-flag.ts';
import { hostFlags } from '../shell/host-flags.ts';
import { nameArgument } from '../shell/name-argument.ts';

export default class Destroy extends BaseCommand {
  static override summary = 'remove a cluster and everything of it';
  static override description =
    'Lists what will go, asks on a terminal, removes it, and looks whether anything is left. ' +
    'Without a terminal it needs --yes.';
  static override examples = [
    '<%= config.bin %> destroy',
    '<%= config.bin %> destroy staging --yes',
  ];
  static override args = { name: nameArgument };
  static override flags = {
    file: fileFlag,
    yes: Flags.boolean({ default: false, char: 'y', description: 'do not ask' }),
    timeout: durationFlag({
      default: 120_000,
      defaultHelp: async () => Promise.resolve('2m'),
      description: 'how long it may take',
    }),
    'keep-entries': Flags.boolean({
      default: false,
      description:
        'leave what it has in a discovery store that exists; entries of nodes end by themselves',
    }),
    'remove-engine': Flags.boolean({
      default: false,
      description: 'remove Docker as well from servers where swarmctl has installed it',
    }),
    force: Flags.boolean({
      default: false,
      description: 'forget what does not answer, and say what is left there',
    }),
    concurrency: concurrencyFlag,
    'lock-wait': lockWaitFlag,
    ...eventsFlags,
    ...hostFlags,
  };

  async run(): Promise<DestroyResult> {
    const { args, flags } = await this.parse(Destroy);
    const { destroyCluster } = await import('../actions/destroy-cluster.ts');
    const { clusterNamed } = await import('../actions/open-cluster-file.ts');
    const { whereToLook } = await import('../actions/where-to-look.ts');
    const lookAt = await whereToLook(flags, process.env);
    const { renderDestroyed } = await import('../ui/render-destroyed.ts');
    const result = await this.within({ ...flags, lookAt }, async (context) =>
      destroyCluster(
        {
          name: await clusterNamed(args.name, flags.file, context),
          concurrency: flags.concurrency,
          keepEntries: flags['keep-entries'],
          removesEngines: flags['remove-engine'],
          unreachable: flags.force ? 'forget' : 'refuse',
          lockWait: flags['lock-wait'],
          confirm: this.confirmsRemoval(flags, context.signal),
        },
        context,
      ),
    );
    this.log(renderDestroyed(result));
    return result;
  }
}
