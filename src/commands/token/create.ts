import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../shell/base-command.ts';
import { nameArgument } from '../../shell/name-argument.ts';
import { pemFlags } from '../../shell/pem-flags.ts';

const TIMEOUT = 15_000;

export default class TokenCreate extends BaseCommand {
  static override summary = 'make a discovery token, for clusters that are wired by hand';
  static override description =
    'Prints the URL that swarm join and swarm manage take. The token is made by the service of a ' +
    'cluster with token discovery, or by the one given.';
  static override examples = [
    '<%= config.bin %> token create',
    '<%= config.bin %> token create --service https://10.0.0.5:3380/v1 --ca ca.pem',
  ];
  static override args = { name: nameArgument };
  static override flags = {
    service: Flags.string({ description: 'a token service', helpValue: 'URL' }),
    ...pemFlags,
  };

  async run(): Promise<{ url: string }> {
    const { args, flags } = await this.parse(TokenCreate);
    const { makeToken } = await import('../../actions/tokens.ts');
    const token = await this.within({ timeout: TIMEOUT, quiet: flags.quiet }, (context) =>
      makeToken({ cluster: args.name, service: flags.service }, flags, context),
    );
    this.log(token.url);
    return token;
  }
}
