import * as Flags from '@oclif/core/flags';
import type { SupportBundle } from '../actions/support-bundle.ts';
import { BaseCommand } from '../shell/base-command.ts';
import { durationFlag } from '../shell/flags.ts';
import { fileFlag } from '../shell/file-flag.ts';
import { hostFlags } from '../shell/host-flags.ts';
import { nameArgument } from '../shell/name-argument.ts';

export default class Support extends BaseCommand {
  static override summary = 'write what is needed to find out what is wrong with a cluster';
  static override description =
    'One file with versions, record, journal, step timings, what certificates say, and of every host ' +
    'its engine, the containers of the cluster and their logs. Keys, tokens and passwords are left ' +
    'out. Nothing is changed; what does not answer is named and left out.';
  static override examples = [
    '<%= config.bin %> support',
    '<%= config.bin %> support staging --output staging.tar.gz',
  ];
  static override args = { name: nameArgument };
  static override flags = {
    file: fileFlag,
    output: Flags.string({
      char: 'o',
      description: 'file to write; by default swarmctl-support-NAME-TIME.tar.gz, here',
      helpValue: 'FILE',
    }),
    timeout: durationFlag({
      default: 60_000,
      defaultHelp: async () => Promise.resolve('60s'),
      description: 'how long it may take',
    }),
    ...hostFlags,
  };

  async run(): Promise<SupportBundle> {
    const { args, flags } = await this.parse(Support);
    const { writeSupportBundle } = await import('../actions/support-bundle.ts');
    const { clusterNamed } = await import('../actions/open-cluster-file.ts');
    const { whereToLook } = await import('../actions/where-to-look.ts');
    const lookAt = await whereToLook(flags, process.env);
    const bundle = await this.within({ ...flags, lookAt }, async (context) => {
      const name = await clusterNamed(args.name, flags.file, context);
      return writeSupportBundle({ name, output: flags.output }, context);
    });
    const { renderSupport } = await import('../ui/render-support.ts');
    this.log(renderSupport(bundle));
    return bundle;
  }
}
