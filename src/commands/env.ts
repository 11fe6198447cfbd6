import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../shell/base-command.ts';
import { fileFlag } from '../shell/file-flag.ts';
import { subjectArgument } from '../shell/subject-argument.ts';

const TIMEOUT = 15_000;

interface EnvResult {
  /** Variables to set; null for one to clear. */
  readonly variables: Readonly<Record<string, string | null>>;
}

export default class Env extends BaseCommand {
  static override summary = 'print what points the docker CLI at a cluster or a host';
  static override description =
    'Prints commands for your shell to evaluate: they point docker at the manager of a cluster, or at ' +
    'the engine of one host. --unset brings back what was set before the first of them. ' +
    'DOCKER_API_VERSION is set where the docker CLI on the PATH would otherwise not talk to the manager.';
  static override examples = [
    'eval "$(<%= config.bin %> env)"',
    'eval "$(<%= config.bin %> env etcd-1)"',
    '<%= config.bin %> env staging --shell fish | source',
    'eval "$(<%= config.bin %> env --unset)"',
  ];
  static override args = { subject: subjectArgument };
  static override flags = {
    file: fileFlag,
    shell: Flags.string({
      description:
        'bash, zsh, sh, fish, powershell, cmd, tcsh or emacs; by default that of $SHELL, or sh',
      helpValue: 'SHELL',
    }),
    'no-proxy': Flags.boolean({
      default: false,
      description: 'add the addresses of the cluster to NO_PROXY',
    }),
    unset: Flags.boolean({ default: false, char: 'u', description: 'print what takes it back' }),
  };

  async run(): Promise<EnvResult> {
    const { args, flags } = await this.parse(Env);
    const { dockerEnvironment, environmentBefore } =
      await import('../actions/docker-environment.ts');
    const { findSubject } = await import('../actions/find-subject.ts');
    const { clusterNamed } = await import('../actions/open-cluster-file.ts');
    const { renderEnvironment, shellFor } = await import('../ui/shells/index.ts');
    const shell = shellFor(flags.shell, process.env);
    const variables = await this.within({ ...flags, timeout: TIMEOUT }, async (context) => {
      if (flags.unset) return environmentBefore(context);
      const word = await clusterNamed(args.subject, flags.file, context);
      return dockerEnvironment(await findSubject(word, context), flags['no-proxy'], context);
    });
    const again = [
      ...(flags.file === undefined ? [] : ['--file', flags.file]),
      ...(flags['no-proxy'] ? ['--no-proxy'] : []),
    ];
    const command = [
      ...[this.config.bin, 'env'],
      ...(flags.unset ? ['--unset'] : [args.subject ?? [], again].flat()),
      ...(flags.shell === undefined ? [] : ['--shell', flags.shell]),
    ];
    this.log(renderEnvironment(shell, variables, command.join(' ')));
    return { variables };
  }
}
