import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../shell/base-command.ts';
import { subjectArgument } from '../shell/subject-argument.ts';

const TIMEOUT = 15_000;

export default class Inspect extends BaseCommand {
  static override summary = 'show how a cluster, or a host of it, was laid out';
  static override description =
    'Prints what swarmctl has written down, as JSON and without secrets; nobody is asked. How the ' +
    'cluster is now is what status says.';
  static override examples = [
    '<%= config.bin %> inspect',
    "<%= config.bin %> inspect etcd-1 --format '{{.address}}:{{.ports.engine}}'",
    "<%= config.bin %> inspect staging --format '{{json .spec.engine}}'",
  ];
  // It prints JSON anyhow.
  static override enableJsonFlag = false;
  static override args = { subject: subjectArgument };
  static override flags = {
    format: Flags.string({
      description: 'text with {{.field.field}}, {{json .field}} or {{prettyjson .field}} in it',
      helpValue: 'TEMPLATE',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Inspect);
    const { showRecord } = await import('../actions/show-record.ts');
    const { parseTemplate } = await import('../ui/go-template.ts');
    const template = parseTemplate(flags.format ?? '{{prettyjson .}}');
    const inspected = await this.within({ timeout: TIMEOUT, quiet: flags.quiet }, (context) =>
      showRecord(args.subject, context),
    );
    this.log(template(inspected));
  }
}
