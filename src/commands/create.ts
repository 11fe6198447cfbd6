import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import type { CreateResult } from '../actions/create-cluster.ts';
import { EXIT, SwarmctlError } from '../errors.ts';
import { deployableKinds, kindIn, splitToken } from '../discovery/index.ts';
import { BaseCommand } from '../shell/base-command.ts';
import { concurrencyFlag, durationFlag } from '../shell/flags.ts';

const list = (description: string, helpValue: string, helpGroup: string) =>
  Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    default: [],
    description,
    helpValue,
    helpGroup,
  });

const pemFile = (description: string) =>
  Flags.string({ description, helpValue: 'FILE', helpGroup: 'DISCOVERY' });

/** One for every kind of discovery that swarmctl deploys from an image. */
const imageFlags: object = Object.fromEntries(
  deployableKinds.flatMap(({ kind, deploy: { deployed } }) =>
    deployed
      ? [
          [
            `${kind}-image`,
            Flags.string({
              default: deployed.defaultImage,
              description: deployed.imageIs,
              helpValue: 'IMAGE',
              helpGroup: 'IMAGES',
            }),
          ],
        ]
      : [],
  ),
);

export default class Create extends BaseCommand {
  static override summary = 'create a cluster, or finish one that was begun';
  static override description =
    'Makes a CA, one master and N nodes as containers of the Docker Engine on this machine, starts ' +
    'the discovery store, the agents and the manager, and returns when the manager says that every ' +
    'node is Healthy. The same command again does nothing, or what is still missing.';
  static override examples = [
    '<%= config.bin %> create --discovery etcd --nodes 3',
    '<%= config.bin %> create --discovery token --nodes 3',
    '<%= config.bin %> create --discovery etcd://10.0.0.5:2379/team --nodes 3',
    '<%= config.bin %> create staging --discovery etcd --nodes 5 --swarm-strategy binpack --engine-label region=eu',
    '<%= config.bin %> create --discovery etcd --nodes 3 --image-archive swarm-1.2.9.tar --json',
  ];
  static override args = {
    name: Args.string({ description: 'name of the cluster; by default that of its discovery' }),
  };
  static override flags = {
    discovery: Flags.string({
      default: 'etcd',
      description: `${deployableKinds.map(({ kind }) => kind).join(', ')}, or the URL of a store that exists: see swarmctl discovery ls`,
      helpValue: 'KIND|URL',
    }),
    'discovery-ca': pemFile('PEM file of the CA of a store that exists'),
    'discovery-cert': pemFile('PEM file of the client certificate for it'),
    'discovery-key': pemFile('PEM file of the key to that certificate'),
    'token-service': Flags.string({
      description: 'with --discovery token, a token service that exists, to make a token there',
      helpValue: 'URL',
      helpGroup: 'DISCOVERY',
    }),
    nodes: Flags.integer({
      char: 'n',
      default: 3,
      description: 'nodes besides the master, 1 to 100',
      helpValue: 'N',
    }),
    'schedule-on-master': Flags.boolean({
      default: false,
      description: 'make the master a node as well',
    }),
    'tls-san': list('further name or address in the certificates', 'NAME', 'SWARM'),
    'swarm-strategy': Flags.string({
      default: 'spread',
      description: 'spread, binpack or random',
      helpValue: 'STRATEGY',
      helpGroup: 'SWARM',
    }),
    'swarm-opt': list('further flag of swarm manage', 'NAME=VALUE', 'SWARM'),
    'swarm-join-opt': list('further flag of swarm join', 'NAME=VALUE', 'SWARM'),
    'engine-label': list('label of every engine', 'NAME=VALUE', 'ENGINE'),
    'engine-opt': list('further flag of dockerd', 'NAME=VALUE', 'ENGINE'),
    'engine-env': list('environment variable of dockerd', 'NAME=VALUE', 'ENGINE'),
    'engine-registry-mirror': list('registry mirror of every engine', 'URL', 'ENGINE'),
    'engine-insecure-registry': list('registry that engines reach without TLS', 'HOST', 'ENGINE'),
    'swarm-image': Flags.string({
      default: 'swarm:1.2.9',
      description: 'image of manager and agents',
      helpValue: 'IMAGE',
      helpGroup: 'IMAGES',
    }),
    ...imageFlags,
    'node-image': Flags.string({
      default: 'docker:28.5.2-dind',
      description: 'image of the hosts: any with dockerd and iptables',
      helpValue: 'IMAGE',
      helpGroup: 'IMAGES',
    }),
    'image-archive': list(
      'archive made by docker save, loaded into every host that needs it',
      'FILE',
      'IMAGES',
    ),
    timeout: durationFlag({
      default: 300_000,
      defaultHelp: async () => Promise.resolve('5m'),
      description: 'how long it may take',
    }),
    concurrency: concurrencyFlag,
    yes: Flags.boolean({ char: 'y', default: false, description: 'never ask' }),
  };

  async run(): Promise<CreateResult> {
    const { args, flags } = await this.parse(Create);
    const service = tokenService(flags.discovery, flags['token-service']);
    const { url: discovery, token: discoveryToken } = splitToken(service);
    const kind = kindIn(discovery);
    const storeImage = (flags as unknown as Record<string, string | undefined>)[`${kind}-image`];
    const { createCluster } = await import('../actions/create-cluster.ts');
    const result = await this.within(flags, (context) =>
      createCluster(
        {
          spec: {
            name: args.name ?? kind,
            discovery,
            discoveryToken,
            nodes: flags.nodes,
            scheduleOnMaster: flags['schedule-on-master'],
            images: {
              node: flags['node-image'],
              swarm: flags['swarm-image'],
              store: discovery === kind ? (storeImage ?? null) : null,
            },
            swarm: {
              strategy: flags['swarm-strategy'],
              managerOptions: flags['swarm-opt'],
              agentOptions: flags['swarm-join-opt'],
            },
            engine: {
              labels: flags['engine-label'],
              options: flags['engine-opt'],
              environment: flags['engine-env'],
              registryMirrors: flags['engine-registry-mirror'],
              insecureRegistries: flags['engine-insecure-registry'],
            },
            tlsSans: flags['tls-san'],
          },
          discoveryFiles: {
            ca: flags['discovery-ca'],
            cert: flags['discovery-cert'],
            key: flags['discovery-key'],
          },
          imageArchives: flags['image-archive'],
          concurrency: flags.concurrency,
        },
        context,
      ),
    );
    const { renderCreated } = await import('../ui/render-created.ts');
    this.log(renderCreated(result, this.config.bin));
    if (result.status.health !== 'healthy') process.exitCode = EXIT.degraded;
    return result;
  }
}

/** `--discovery token --token-service https://host:3380/v1` as the URL that it stands for. */
function tokenService(discovery: string, service: string | undefined): string {
  if (service === undefined) return discovery;
  if (discovery !== 'token' || !service.startsWith('https://')) {
    throw new SwarmctlError(
      'USAGE',
      '--token-service takes an https:// URL and goes with --discovery token',
      { suggestions: ['--discovery token --token-service https://host:3380/v1'] },
    );
  }
  return service.replace('https://', 'token://');
}
