import type { HostAddress } from '../actions/host-addresses.ts';
import { BaseCommand } from '../shell/base-command.ts';
import { subjectsArgument } from '../shell/subject-argument.ts';

const TIMEOUT = 15_000;

export default class Ip extends BaseCommand {
  static override summary = 'print the addresses of hosts';
  static override description =
    'One a line: where the ports of containers on a host are; for the name of a cluster, that of its ' +
    'master. Nothing is printed when one of the names is unknown.';
  static override examples = ['<%= config.bin %> ip', '<%= config.bin %> ip etcd-1 etcd-2'];
  static override args = { subjects: subjectsArgument };

  async run(): Promise<HostAddress[]> {
    const { args, flags } = await this.parse(Ip);
    const { hostAddresses } = await import('../actions/host-addresses.ts');
    const addresses = await this.within({ ...flags, timeout: TIMEOUT }, (context) =>
      hostAddresses(args.subjects ?? [], context),
    );
    for (const { address } of addresses) this.log(address);
    return addresses;
  }
}
