import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { DEFAULTS, variableOf } from '../config/settings.ts';
import { deployableKinds, storeImages } from '../discovery/index.ts';
import { withVariables } from './given.ts';

const list = (description: string, helpValue: string, helpGroup: string) =>
  Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    default: [],
    description,
    helpValue,
    helpGroup,
  });

const text = (description: string, helpValue: string) =>
  Flags.string({ description, helpValue, helpGroup: 'HOSTS' });

const portForm = { min: 1, max: 65_535, helpValue: 'PORT', helpGroup: 'HOSTS' };

const pemFile = (description: string) =>
  Flags.string({ description, helpValue: 'FILE', helpGroup: 'DISCOVERY' });

/** One for every kind of discovery that swarmctl deploys from an image. */
const imageFlags: object = Object.fromEntries(
  storeImages.map(({ kind, imageIs, defaultImage }) => [
    `${kind}-image`,
    Flags.string({
      default: defaultImage,
      description: imageIs,
      helpValue: 'IMAGE',
      helpGroup: 'IMAGES',
    }),
  ]),
);

/** What makes a cluster, and what a cluster file can say as well. */
const createFlags = withVariables(
  {
    discovery: Flags.string({
      default: DEFAULTS.discovery,
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
      default: DEFAULTS.nodes,
      description: 'nodes besides the master, 1 to 100',
      helpValue: 'N',
    }),
    host: list('host: ssh://user@host, tcp://host:port, context://NAME or local', 'URL', 'HOSTS'),
    master: Flags.string({
      description: 'which of the hosts is the master; by default the first',
      helpValue: 'URL',
      helpGroup: 'HOSTS',
    }),
    'local-address': Flags.string({
      description: 'address of this machine at which local hosts publish their ports for others',
      helpValue: 'ADDRESS',
      helpGroup: 'HOSTS',
    }),
    'ssh-user': text('user of hosts whose URL names none', 'NAME'),
    'ssh-port': Flags.integer({
      ...portForm,
      description: 'port of sshd on hosts whose URL names none',
    }),
    'ssh-key': text('private key; by default what ssh offers', 'FILE'),
    'ssh-strict': Flags.string({
      default: DEFAULTS['ssh-strict'],
      options: ['accept-new', 'yes'],
      description: 'whether host keys are taken at the first contact',
      helpGroup: 'HOSTS',
    }),
    'tls-ca-cert': text('PEM file of the CA of engines at tcp://', 'FILE'),
    'tls-cert': text('PEM file of a client certificate of that CA', 'FILE'),
    'tls-key': text('PEM file of the key to that certificate', 'FILE'),
    'tls-ca-key': text('PEM file of the key of that CA, to issue all certificates', 'FILE'),
    ttl: Flags.string({
      description: 'how long it lives until swarmctl gc removes it; by default for ever',
      helpValue: 'DURATION',
    }),
    insecure: Flags.boolean({
      default: DEFAULTS.insecure,
      allowNo: true,
      description: 'take engines at tcp:// without TLS; then nothing but the store has it',
      helpGroup: 'HOSTS',
    }),
    'engine-port': Flags.integer({
      ...portForm,
      description: 'port at which engines of servers listen with TLS',
      default: DEFAULTS['engine-port'],
    }),
    'manager-port': Flags.integer({
      ...portForm,
      description: 'port of the manager',
      default: DEFAULTS['manager-port'],
    }),
    'store-port': Flags.integer({ ...portForm, description: 'port of the discovery store' }),
    'engine-install': Flags.boolean({
      default: DEFAULTS['engine-install'],
      allowNo: true,
      description: 'install Docker on servers that lack it',
      helpGroup: 'HOSTS',
    }),
    'engine-install-url': text(
      'script that installs it; by default the packages of Debian and Ubuntu',
      'URL',
    ),
    'schedule-on-master': Flags.boolean({
      default: DEFAULTS['schedule-on-master'],
      allowNo: true,
      description: 'make the master a node as well',
    }),
    'tls-san': list('further name or address in the certificates', 'NAME', 'SWARM'),
    'swarm-strategy': Flags.string({
      default: DEFAULTS['swarm-strategy'],
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
      default: DEFAULTS['swarm-image'],
      description: 'image of manager and agents',
      helpValue: 'IMAGE',
      helpGroup: 'IMAGES',
    }),
    ...imageFlags,
    'node-image': Flags.string({
      default: DEFAULTS['node-image'],
      description: 'image of the hosts: any with dockerd and iptables',
      helpValue: 'IMAGE',
      helpGroup: 'IMAGES',
    }),
    'image-archive': list(
      'archive made by docker save, loaded into every host that needs it',
      'FILE',
      'IMAGES',
    ),
  },
  variableOf,
);

/** The cluster file, of a command that makes a cluster from it. */
const clusterFileFlag = Flags.string({
  char: 'f',
  description: 'cluster file, such as swarmctl.yaml; flags and variables override it',
  helpValue: 'FILE',
});

const ignoreFlag = Flags.string({
  description: 'checks whose errors are only told, comma separated: see swarmctl preflight',
  helpValue: 'CHECK,…',
});

/** What every command takes that asks for a cluster: to make it, or to see what that would take. */
export const requestFlags = {
  file: clusterFileFlag,
  ...createFlags,
  'ignore-preflight': ignoreFlag,
};

/** The warning that goes with it. */
export const INSECURE =
  '--insecure: neither the engines nor the manager have TLS; whoever reaches one of their ports is ' +
  'root on the hosts, and whoever is between reads what is sent';

export const requestArgs = {
  name: Args.string({
    description: 'name of the cluster; by default that of the file, or of its discovery',
  }),
};
