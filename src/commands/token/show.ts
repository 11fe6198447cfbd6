import * as Args from '@oclif/core/args';
import { BaseCommand } from '../../shell/base-command.ts';
import { pemFlags } from '../../shell/pem-flags.ts';

const TIMEOUT = 15_000;

export default class TokenShow extends BaseCommand {
  static override summary = 'print a discovery token and the nodes registered under it';
  static override examples = [
    '<%= config.bin %> token show',
    '<%= config.bin %> token show token://10.0.0.5:3380/v1/0123456789abcdef0123456789abcdef --ca ca.pem',
  ];
  static override args = {
    token: Args.string({
      description: 'URL of the token, or its cluster; may be left out when there is exactly one',
    }),
  };
  static override flags = pemFlags;

  async run(): Promise<{ url: string; members: readonly string[] }> {
    const { args, flags } = await this.parse(TokenShow);
    const { showToken } = await import('../../actions/tokens.ts');
    const token = await this.within({ timeout: TIMEOUT, quiet: flags.quiet }, (context) =>
      showToken(args.token, flags, context),
    );
    this.log([token.url, ...token.members].join('\n'));
    return token;
  }
}
