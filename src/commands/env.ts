import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../shell/base-command.ts';
import { fileFlag } from '../shell/file-flag.ts';
import { nameArgument } from '../shell/name-argument.ts';

const TIMEOUT = 15_000;

interface EnvResult {
  /** Variables to set; null for one to clear. */
  readonly variables: Record<string, string | null>;
}

export default class Env extends BaseCommand {
  static override summary = 'print what points the docker CLI at a cluster';
  static override description =
    'Prints commands for your shell to evaluate. DOCKER_API_VERSION is set where the docker CLI on ' +
    'the PATH would otherwise not talk to the manager.';
  static override examples = [
    'eval "$(<%= config.bin %> env)"',
    '<%= config.bin %> env staging --shell fish | source',
    'eval "$(<%= config.bin %> env --unset)"',
  ];
  static override args = { name: nameArgument };
  static override flags = {
    file: fileFlag,
    shell: Flags.string({
      description: 'bash, zsh, sh, fish or powershell; by default that of $SHELL',
      helpValue: 'SHELL',
    }),
    unset: Flags.boolean({ default: false, char: 'u', description: 'print what takes it back' }),
  };

  async run(): Promise<EnvResult> {
    const { args, flags } = await this.parse(Env);
    const { clusterEnvironment, VARIABLES } = await import('../actions/cluster-environment.ts');
    const { clusterNamed } = await import('../actions/open-cluster-file.ts');
    const { renderEnvironment, shellFor } = await import('../ui/shells.ts');
    const shell = shellFor(flags.shell, process.env);
    const variables: Record<string, string> = flags.unset
      ? {}
      : await this.within({ timeout: TIMEOUT, quiet: flags.quiet }, async (context) =>
          clusterEnvironment(await clusterNamed(args.name, flags.file, context), context),
        );
    const cleared = VARIABLES.filter((name) => !(name in variables));
    const command = [
      ...[this.config.bin, 'env', args.name],
      ...(flags.file === undefined ? [] : ['--file', flags.file]),
      ...(flags.shell === undefined ? [] : ['--shell', flags.shell]),
      ...(flags.unset ? ['--unset'] : []),
    ];
    this.log(renderEnvironment(shell, variables, cleared, command.filter(Boolean).join(' ')));
    return {
      variables: { ...Object.fromEntries(cleared.map((name) => [name, null])), ...variables },
    };
  }
}
