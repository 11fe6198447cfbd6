import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import type { WrittenConfig } from '../actions/init-config.ts';
import { DEFAULTS, STRATEGIES } from '../config/settings.ts';
import { deployableKinds } from '../discovery/index.ts';
import { BaseCommand } from '../shell/base-command.ts';
import { CLUSTER_FILE } from '../shell/file-flag.ts';

/** For a person to answer in. */
const TIMEOUT = 24 * 60 * 60 * 1000;

const hostFlag = (description: string, helpValue: string) =>
  Flags.string({ description, helpValue, helpGroup: 'HOSTS' });

export default class Init extends BaseCommand {
  static override summary = 'write a cluster file';
  static override description =
    'Asks on a terminal for what was not given, and writes a file with comments for create -f. ' +
    'Elsewhere, and with --yes, what was not given is as create has it. Hosts are URLs as create ' +
    '--host takes them, the first of which is the master; without any all hosts are local.';
  static override examples = [
    '<%= config.bin %> init',
    '<%= config.bin %> init staging --discovery zk --nodes 5 --file staging.yaml',
    '<%= config.bin %> init staging ssh://root@10.0.0.1 ssh://root@10.0.0.2 ssh://root@10.0.0.3',
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

  async run(): Promise<WrittenConfig> {
    const { args, flags } = await this.parse(Init);
    const { hostsFault, initConfig, nameAndHosts, refuseToOverwrite } =
      await import('../actions/init-config.ts');
    const { name, host } = nameAndHosts(args.hosts ?? []);
    const { askForCluster } = await import('../ui/ask-for-cluster.ts');
    const written = await this.within(
      { timeout: TIMEOUT, quiet: flags.quiet },
      async ({ signal }) => {
        refuseToOverwrite(flags.file, flags.force);
        const answers = await askForCluster({
          given: {
            name,
            host,
            discovery: flags.discovery,
            nodes: flags.nodes,
            'swarm-strategy': flags['swarm-strategy'],
          },
          standard: DEFAULTS,
          strategies: STRATEGIES,
          kinds: deployableKinds.map(({ kind, facts }) => ({ kind, summary: facts.summary })),
          hostsFault,
          mayAsk: !flags.yes && !this.jsonEnabled(),
          signal,
        });
        return initConfig(flags.file, flags.force, {
          ...answers,
          'local-address': flags['local-address'],
          'ssh-key': flags['ssh-key'],
          'tls-ca-cert': flags['tls-ca-cert'],
          'tls-cert': flags['tls-cert'],
          'tls-key': flags['tls-key'],
        });
      },
    );
    this.log(`${written.file} is written\n\n  ${this.config.bin} create -f ${written.file}`);
    return written;
  }
}
