import { BaseCommand } from '../shell/base-command.ts';
import { subjectArgument } from '../shell/subject-argument.ts';

const TIMEOUT = 15_000;

interface ConfigResult {
  /** Without quotes. */
  readonly flags: readonly string[];
}

export default class Config extends BaseCommand {
  static override summary = 'print the flags with which docker talks to a cluster or a host';
  static override description =
    'One flag a line; unlike with env nothing of your shell is changed. Where the name of a TLS file ' +
    'has blanks in it: eval docker $(swarmctl config) ps';
  static override examples = [
    'docker $(<%= config.bin %> config) ps',
    'docker $(<%= config.bin %> config etcd-1) ps',
  ];
  static override args = { subject: subjectArgument };

  async run(): Promise<ConfigResult> {
    const { args, flags } = await this.parse(Config);
    const { dockerFlags } = await import('../actions/docker-flags.ts');
    const { findSubject } = await import('../actions/find-subject.ts');
    const { renderFlags } = await import('../ui/render-flags.ts');
    const found = await this.within({ ...flags, timeout: TIMEOUT }, async (context) =>
      dockerFlags(await findSubject(args.subject, context), context),
    );
    this.log(renderFlags(found));
    return { flags: found };
  }
}
