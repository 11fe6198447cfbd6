import { STRATEGIES } from '../cluster/validate.ts';
import { MAX_NODES } from '../cluster/limits.ts';
import { DEFAULTS, ROLES, STRICTNESS } from './settings.ts';

const MAX_PORT = 65_535;

/**
 * What may stand at a key. Paths are relative to the folder of the file; pairs are a list of
 * `NAME=VALUE`, or a mapping.
 */
export type Form = 'version' | 'text' | 'texts' | 'pairs' | 'count' | 'switch' | 'path' | 'paths';

export interface Leaf {
  readonly form: Form;
  /** The flag of `create` that says the same. */
  readonly setting: string;
  readonly description: string;
  readonly values?: readonly string[];
  readonly most?: number;
  readonly standard?: string | number | boolean;
}

export interface Mapping {
  readonly form: 'mapping';
  readonly description: string;
  readonly keys: Readonly<Record<string, Shape>>;
  /** A single value that may stand in place of the mapping. */
  readonly short?: Leaf;
  /** Keys of which exactly one has to be there. */
  readonly oneOf?: readonly string[];
}

/** A list of mappings, each of which may be the short form of its own. */
export interface List {
  readonly form: 'list';
  /** The flag of `create` that says the same. */
  readonly setting: string;
  readonly description: string;
  /** Its settings are the dotted keys below an entry: `engine.labels`. */
  readonly entry: Mapping;
}

export type Shape = Leaf | Mapping | List;

/** A discovery store that swarmctl runs from an image. */
export interface StoreImage {
  readonly kind: string;
  readonly imageIs: string;
  readonly defaultImage: string;
}

/**
 * Every key of `swarmctl.yaml`, in the order of its documentation. Reading, messages and the
 * published JSON Schema come from this.
 */
export function clusterFileShape(stores: readonly StoreImage[]): Mapping {
  const discovery = leaf('text', 'discovery', 'Kind that swarmctl deploys, or the URL of a store', {
    standard: DEFAULTS.discovery,
  });
  return mapping('A Docker Swarm v1 cluster, for swarmctl create -f', {
    version: leaf('version', 'version', 'Version of this format'),
    name: leaf('text', 'name', 'Name of the cluster'),
    discovery: {
      ...mapping('Where the nodes register', {
        kind: leaf('text', 'discovery', 'Kind that swarmctl deploys, such as etcd'),
        url: leaf('text', 'discovery', 'URL of a store that exists, such as etcd://a:2379/team'),
        ca: leaf('path', 'discovery-ca', 'PEM file of the CA of a store that exists'),
        cert: leaf('path', 'discovery-cert', 'PEM file of the client certificate for it'),
        key: leaf('path', 'discovery-key', 'PEM file of the key to that certificate'),
      }),
      short: discovery,
      oneOf: ['kind', 'url'],
    },
    hosts: {
      form: 'list',
      setting: 'host',
      description: 'The hosts, the first of which is the master unless a role says otherwise',
      entry: hostShape(),
    },
    nodes: leaf('count', 'nodes', 'Nodes besides the master', {
      most: MAX_NODES,
      standard: DEFAULTS.nodes,
    }),
    scheduleOnMaster: leaf('switch', 'schedule-on-master', 'Make the master a node as well', {
      standard: DEFAULTS['schedule-on-master'],
    }),
    localAddress: leaf(
      'text',
      'local-address',
      'Address of this machine at which local hosts publish their ports for others',
    ),
    ports: mapping('Ports of what runs on the hosts', {
      engine: port('engine-port', 'Port at which engines of servers listen with TLS', {
        standard: DEFAULTS['engine-port'],
      }),
      manager: port('manager-port', 'Port of the manager', { standard: DEFAULTS['manager-port'] }),
      store: port('store-port', 'Port of the discovery store'),
    }),
    ssh: mapping('How hosts at ssh:// are reached, besides what ~/.ssh/config says', {
      user: leaf('text', 'ssh-user', 'User of hosts whose URL names none'),
      port: port('ssh-port', 'Port of sshd on hosts whose URL names none'),
      key: leaf('path', 'ssh-key', 'Private key; by default what ssh offers'),
      strict: leaf('text', 'ssh-strict', 'Whether host keys are taken at the first contact', {
        values: STRICTNESS,
        standard: DEFAULTS['ssh-strict'],
      }),
    }),
    images: mapping('Images of what the cluster is made of', {
      node: leaf('text', 'node-image', 'Image of the hosts: any with dockerd and iptables', {
        standard: DEFAULTS['node-image'],
      }),
      swarm: leaf('text', 'swarm-image', 'Image of manager and agents', {
        standard: DEFAULTS['swarm-image'],
      }),
      ...Object.fromEntries(
        stores.map(({ kind, imageIs, defaultImage }) => [
          kind,
          leaf('text', `${kind}-image`, imageIs, { standard: defaultImage }),
        ]),
      ),
    }),
    imageArchives: leaf(
      'paths',
      'image-archive',
      'Archives made by docker save, loaded into every host that needs them',
    ),
    swarm: mapping('The manager and the agents', {
      strategy: leaf('text', 'swarm-strategy', 'How the manager places containers', {
        values: STRATEGIES,
        standard: DEFAULTS['swarm-strategy'],
      }),
      managerOptions: leaf('pairs', 'swarm-opt', 'Further flags of swarm manage'),
      agentOptions: leaf('pairs', 'swarm-join-opt', 'Further flags of swarm join'),
    }),
    engine: mapping('The engine of every host', {
      labels: leaf('pairs', 'engine-label', 'Labels of every engine'),
      options: leaf('pairs', 'engine-opt', 'Further flags of dockerd'),
      environment: leaf('pairs', 'engine-env', 'Environment of dockerd'),
      registryMirrors: leaf('texts', 'engine-registry-mirror', 'URLs of registry mirrors'),
      insecureRegistries: leaf(
        'texts',
        'engine-insecure-registry',
        'Registries that engines reach without TLS',
      ),
      install: leaf('switch', 'engine-install', 'Install Docker on servers that lack it', {
        standard: DEFAULTS['engine-install'],
      }),
      installUrl: leaf('text', 'engine-install-url', 'URL of the script that installs it'),
    }),
    tls: mapping('Certificates of engines and manager', {
      ca: leaf('path', 'tls-ca-cert', 'PEM file of the CA of engines at tcp://'),
      cert: leaf('path', 'tls-cert', 'PEM file of a client certificate of that CA'),
      key: leaf('path', 'tls-key', 'PEM file of the key to that certificate'),
      caKey: leaf('path', 'tls-ca-key', 'PEM file of the key of that CA, to issue certificates'),
      insecure: leaf(
        'switch',
        'insecure',
        'Take engines at tcp:// without TLS, in a cluster of them',
        {
          standard: DEFAULTS.insecure,
        },
      ),
      sans: leaf('texts', 'tls-san', 'Further names and addresses in the certificates'),
    }),
    ttl: leaf('text', 'ttl', 'How long it lives until swarmctl gc removes it, such as 2h'),
  });
}

/** One host; a setting of it is called by its key. */
function hostShape(): Mapping {
  const url = leaf('text', 'url', 'ssh://user@host, tcp://host:port, context://NAME or local');
  return {
    ...mapping('A host', {
      url,
      role: leaf('text', 'role', 'What it is in the cluster', { values: ROLES }),
      address: leaf('text', 'address', 'Address by which clients reach its ports'),
      advertise: leaf('text', 'advertise', 'Address by which the other hosts reach its ports'),
      engine: mapping('Its engine, besides what is said of every engine', {
        labels: leaf('pairs', 'engine.labels', 'Labels of this engine'),
        options: leaf('pairs', 'engine.options', 'Further flags of this dockerd'),
      }),
      tls: mapping('How its engine is reached, if it is at tcp://', {
        ca: leaf('path', 'tls.ca', 'PEM file of its CA'),
        cert: leaf('path', 'tls.cert', 'PEM file of a client certificate of that CA'),
        key: leaf('path', 'tls.key', 'PEM file of the key to that certificate'),
      }),
    }),
    short: url,
    oneOf: ['url'],
  };
}

function port(setting: string, description: string, more: Pick<Leaf, 'standard'> = {}): Leaf {
  return leaf('count', setting, description, { most: MAX_PORT, ...more });
}

function leaf(
  form: Form,
  setting: string,
  description: string,
  more: Pick<Leaf, 'values' | 'most' | 'standard'> = {},
): Leaf {
  return { form, setting, description, ...more };
}

function mapping(description: string, keys: Mapping['keys']): Mapping {
  return { form: 'mapping', description, keys };
}

/** The dotted key of every setting: `engine.labels` of `engine-label`. */
export function keyOfSettings(shape: Mapping, path = ''): Map<string, string> {
  return new Map(
    Object.entries(shape.keys).flatMap(([name, below]): [string, string][] => {
      const key = path + name;
      if (below.form !== 'mapping') return [[below.setting, key]];
      const inside = [...keyOfSettings(below, `${key}.`)];
      // `discovery` is rather called so than `discovery.kind`.
      return below.short ? [...inside, [below.short.setting, key]] : inside;
    }),
  );
}

/** Every dotted key: `engine`, `engine.labels`, …; those of the entries of lists are their own. */
export function allKeys(shape: Mapping, path = ''): string[] {
  return Object.entries(shape.keys).flatMap(([name, below]) => [
    path + name,
    ...(below.form === 'mapping' ? allKeys(below, `${path}${name}.`) : []),
  ]);
}
