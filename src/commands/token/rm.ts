import * as Args from '@oclif/core/args';
import { BaseCommand } from '../../shell/base-command.ts';
import { pemFlags } from '../../shell/pem-flags.ts';

const TIMEOUT = 15_000;

export default class TokenRm extends BaseCommand {
  static override summary = 'remove a discovery token and what is registered under it';
  static override description =
    'A token that its service was started with, such as that of a cluster, cannot be removed.';
  static override examples = [
    '<%= config.bin %> token rm token://10.0.0.5:3380/v1/0123456789abcdef0123456789abcdef --ca ca.pem',
  ];
  static override args = {
    token: Args.string({ required: true, description: 'URL of the token' }),
  };
  static override flags = pemFlags;

  async run(): Promise<{ url: string }> {
    const { args, flags } = await this.parse(TokenRm);
    const { removeToken } = await import('../../actions/tokens.ts');
    const token = await this.within({ timeout: TIMEOUT, quiet: flags.quiet }, (context) =>
      removeToken(args.token, flags, context),
    );
    this.log(`removed ${token.url}`);
    return token;
  }
}
