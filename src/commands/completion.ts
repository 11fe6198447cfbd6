import * as Args from '@oclif/core/args';
import { BaseCommand } from '../shell/base-command.ts';

export default class Completion extends BaseCommand {
  static override summary = 'print what makes a shell complete command lines of swarmctl';
  static override description =
    'Commands, flags, their values, names of clusters and hosts, checks and error codes. The script ' +
    'begins with how to install it; it needs swarmctl in the PATH, and asks neither hosts nor engines.';
  static override examples = [
    'source <(<%= config.bin %> completion bash)',
    '<%= config.bin %> completion bash > ~/.local/share/bash-completion/completions/swarmctl',
    '<%= config.bin %> completion zsh > /usr/local/share/zsh/site-functions/_swarmctl',
    '<%= config.bin %> completion fish > ~/.config/fish/completions/swarmctl.fish',
  ];
  static override args = {
    shell: Args.string({
      required: true,
      options: ['bash', 'zsh', 'fish'],
      description: 'bash, zsh or fish',
    }),
  };

  async run(): Promise<{ readonly script: string }> {
    const { args } = await this.parse(Completion);
    const { completionScript } = await import('../completion/script.ts');
    const script = await completionScript(args.shell);
    this.log(script);
    return { script };
  }
}
