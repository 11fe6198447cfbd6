import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import type { Pipeline } from '../actions/init-ci.ts';
import type { WrittenConfig } from '../actions/init-config.ts';
import { DEFAULTS, STRATEGIES } from '../config/settings.ts';
import { deployableKinds } from '../discovery/index.ts';
import { BaseCommand } from '../shell/base-command.ts';
import { CLUSTER_FILE } from '../shell/file-flag.ts';

/** For a person to answer in. */
const TIMEOUT = 24 * 60 * 60 * 1000;

const hostFlag = (description: string, helpValue: string) =>
  Flags.string({ description, helpValue, helpGroup: 'HOSTS' });

interface InitResult extends WrittenConfig {
  /** Whether it was; with --ci a file that is there stays. */
  readonly written: boolean;
  /** Of --ci. */
  readonly pipeline: Pipeline | null;
}

export default class Init extends BaseCommand {
  static override summary = 'write a cluster file';
  static override description =
    'Asks on a terminal for what was not given, and writes a file with comments for create -f. ' +
    'Elsewhere, and with --yes, what was not given is as create has it. Hosts are URLs as create ' +
    '--host takes them, the first of which is the master; without any all hosts are local. With --ci ' +
    'it writes a pipeline as well, which runs a command with such a cluster; a cluster file that is ' +
    'there stays then, and a pipeline always does.';
  static override examples = [
    '<%= config.bin %> init',
    '<%= config.bin %> init staging --discovery zk --nodes 5 --file staging.yaml',
    '<%= config.bin %> init staging ssh://root@10.0.0.1 ssh://root@10.0.0.2 ssh://root@10.0.0.3',
    '<%= config.bin %> init --ci github',
  ];
  static override usage = 'init [NAME] [HOST...] [FLAGS]';
  static override args = {
    hosts: Args.string({
      multiple: true,
      description:
        'ssh://user@host, tcp://host:port, context://NAME or local; before them may stand the name ' +
        'of the cluster, which is by default that of its discovery',
    }),
  };
  static override flags = {
    file: Flags.string({
      char: 'f',
      default: CLUSTER_FILE,
      description: 'file to write',
      helpValue: 'FILE',
    }),
    force: Flags.boolean({ default: false, description: 'write over a file that is there' }),
    ci: Flags.option({
      options: ['github', 'gitlab'] as const,
      description: 'write a pipeline for GitHub Actions or GitLab CI as well',
      helpValue: 'github|gitlab',
    })(),
    discovery: Flags.string({
      description: `${deployableKinds.map(({ kind }) => kind).join(', ')}, or the URL of a store that exists`,
      helpValue: 'KIND|URL',
    }),
    nodes: Flags.integer({ char: 'n', description: 'nodes besides the master', helpValue: 'N' }),
    'swarm-strategy': Flags.string({
      description: 'spread, binpack or random',
      helpValue: 'STRATEGY',
    }),
    'local-address': hostFlag('address of this machine for local hosts among others', 'ADDRESS'),
    'ssh-key': hostFlag('private key; by default what ssh offers', 'FILE'),
    'tls-ca-cert': hostFlag('PEM file of the CA of engines at tcp://', 'FILE'),
    'tls-cert': hostFlag('PEM file of a client certificate of that CA', 'FILE'),
    'tls-key': hostFlag('PEM file of the key to that certificate', 'FILE'),
    yes: Flags.boolean({ char: 'y', default: false, description: 'never ask' }),
  };

  async run(): Promise<InitResult> {
    const { args, flags } = await this.parse(Init);
    const { file, force, ci } = flags;
    const { foundConfig, hostsFault, initConfig, nameAndHosts, refuseToOverwrite } =
      await import('../actions/init-config.ts');
    const { pipelineFor, writePipeline } = await import('../actions/init-ci.ts');
    const { askForCluster } = await import('../ui/ask-for-cluster.ts');
    const { name, host } = nameAndHosts(args.hosts ?? []);
    const given = {
      ...{ name, host },
      discovery: flags.discovery,
      nodes: flags.nodes,
      'swarm-strategy': flags['swarm-strategy'],
    };
    const unasked = {
      'local-address': flags['local-address'],
      'ssh-key': flags['ssh-key'],
      'tls-ca-cert': flags['tls-ca-cert'],
      'tls-cert': flags['tls-cert'],
      'tls-key': flags['tls-key'],
    };
    const result = await this.within({ timeout: TIMEOUT, quiet: flags.quiet }, async (context) => {
      const pipeline = ci === undefined ? null : pipelineFor(ci, file);
      const mayStay = pipeline !== null && !force;
      const found = mayStay
        ? await foundConfig(file, { ...given, ...unasked }, context)
        : undefined;
      if (found === undefined) refuseToOverwrite(file, force);
      const config =
        found ??
        (await initConfig(file, force, {
          ...(await askForCluster({
            given,
            standard: DEFAULTS,
            strategies: STRATEGIES,
            kinds: deployableKinds.map(({ kind, facts }) => ({ kind, summary: facts.summary })),
            hostsFault,
            mayAsk: !flags.yes && !this.jsonEnabled(),
            signal: context.signal,
          })),
          ...unasked,
        }));
      if (pipeline) await writePipeline(pipeline, file, this.config.version);
      return { ...config, written: found === undefined, pipeline };
    });
    const { renderInit } = await import('../ui/render-init.ts');
    this.log(renderInit(result, this.config.bin));
    return result;
  }
}
