import { BaseCommand } from '../shell/base-command.ts';
import { subjectArgument } from '../shell/subject-argument.ts';

const TIMEOUT = 15_000;

export default class Url extends BaseCommand {
  static override summary = 'print where docker finds a cluster or a host';
  static override description =
    'The URL of the manager of a cluster, or of the engine of a host. It stays the same while they are ' +
    'stopped, so it is printed then as well: swarmctl status tells how they are.';
  static override examples = ['<%= config.bin %> url', '<%= config.bin %> url etcd-1'];
  static override args = { subject: subjectArgument };

  async run(): Promise<{ readonly url: string }> {
    const { args, flags } = await this.parse(Url);
    const { dockerUrl } = await import('../actions/docker-endpoint.ts');
    const { findSubject } = await import('../actions/find-subject.ts');
    const url = await this.within({ ...flags, timeout: TIMEOUT }, async (context) =>
      dockerUrl(await findSubject(args.subject, context)),
    );
    this.log(url);
    return { url };
  }
}
