import * as Args from '@oclif/core/args';
import type { ValidConfig } from '../../actions/validate-config.ts';
import { BaseCommand } from '../../shell/base-command.ts';
import { CLUSTER_FILE } from '../../shell/file-flag.ts';

const TIMEOUT = 15_000;

export default class ConfigValidate extends BaseCommand {
  static override summary = 'look whether a cluster file is right';
  static override description =
    'Names every problem of the file at once, each with its line and column, and exits with 2 when ' +
    'there is one. Nothing outside this machine is asked.';
  static override examples = [
    '<%= config.bin %> config validate',
    '<%= config.bin %> config validate staging.yaml --json',
  ];
  static override args = {
    file: Args.string({ default: CLUSTER_FILE, description: 'cluster file' }),
  };

  async run(): Promise<ValidConfig> {
    const { args, flags } = await this.parse(ConfigValidate);
    const { validateConfig } = await import('../../actions/validate-config.ts');
    const valid = await this.within({ timeout: TIMEOUT, quiet: flags.quiet }, (context) =>
      validateConfig(args.file, context),
    );
    this.log(`${valid.file} is valid`);
    return valid;
  }
}
