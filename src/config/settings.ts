import { ENGINE_PORT, MANAGER_PORT } from '../cluster/limits.ts';

/**
 * What a person can say of a cluster, by the names of the flags of `create`: that is what the
 * command line, the environment and the cluster file have in common.
 */
export interface Settings {
  readonly name?: string | undefined;
  readonly discovery: string;
  readonly 'discovery-ca'?: string | undefined;
  readonly 'discovery-cert'?: string | undefined;
  readonly 'discovery-key'?: string | undefined;
  readonly 'token-service'?: string | undefined;
  readonly nodes: number;
  /** Flags and variables have URLs, a file has entries; empty for local hosts alone. */
  readonly host: readonly (string | HostEntry)[];
  readonly master?: string | undefined;
  readonly 'local-address'?: string | undefined;
  readonly 'ssh-user'?: string | undefined;
  readonly 'ssh-port'?: number | undefined;
  readonly 'ssh-key'?: string | undefined;
  readonly 'ssh-strict': string;
  readonly 'tls-ca-cert'?: string | undefined;
  readonly 'tls-cert'?: string | undefined;
  readonly 'tls-key'?: string | undefined;
  readonly 'tls-ca-key'?: string | undefined;
  /** Whether engines at `tcp://` are taken without TLS. */
  readonly insecure: boolean;
  readonly 'engine-port': number;
  readonly 'manager-port': number;
  readonly 'store-port'?: number | undefined;
  readonly 'engine-install': boolean;
  readonly 'engine-install-url'?: string | undefined;
  readonly 'schedule-on-master': boolean;
  readonly 'node-image': string;
  readonly 'swarm-image': string;
  /** Such as `etcd-image`. */
  readonly [storeImage: `${string}-image`]: string | undefined;
  readonly 'image-archive': readonly string[];
  readonly 'swarm-strategy': string;
  readonly 'swarm-opt': readonly string[];
  readonly 'swarm-join-opt': readonly string[];
  readonly 'engine-label': readonly string[];
  readonly 'engine-opt': readonly string[];
  readonly 'engine-env': readonly string[];
  readonly 'engine-registry-mirror': readonly string[];
  readonly 'engine-insecure-registry': readonly string[];
  readonly 'tls-san': readonly string[];
  /** A duration, such as `2h`. */
  readonly ttl?: string | undefined;
}

/** What a cluster file says of one host, by the dotted keys below its entry. */
export interface HostEntry {
  /** Undefined only where the file has been told wrong. */
  readonly url?: string;
  readonly role?: string;
  readonly address?: string;
  readonly advertise?: string;
  readonly 'engine.labels'?: readonly string[];
  readonly 'engine.options'?: readonly string[];
  readonly 'tls.ca'?: string;
  readonly 'tls.cert'?: string;
  readonly 'tls.key'?: string;
}

/** What a host can be in its cluster. */
export const ROLES = ['master', 'node'];

/** Whether host keys are taken at the first contact. */
export const STRICTNESS = ['accept-new', 'yes'];

/** Settings that mean nothing without hosts of one of these kinds: the schemes of their URLs. */
export const ONLY_FOR: Readonly<Record<string, readonly string[]>> = {
  'local-address': ['local'],
  'ssh-user': ['ssh', 'context'],
  'ssh-port': ['ssh', 'context'],
  'ssh-key': ['ssh', 'context'],
  'engine-install-url': ['ssh', 'context'],
  'tls-ca-cert': ['tcp', 'context'],
  'tls-cert': ['tcp', 'context'],
  'tls-key': ['tcp', 'context'],
  'tls-ca-key': ['tcp', 'context'],
  insecure: ['tcp', 'context'],
};

/** `ssh` of `ssh://root@10.0.0.1`, and `local` of itself. */
export function schemeOf(url: string): string {
  return url.split('://')[0] ?? url;
}

export { STRATEGIES } from '../cluster/validate.ts';

/** What counts where nothing is said. */
export const DEFAULTS = {
  discovery: 'etcd',
  nodes: 3,
  host: [],
  'ssh-strict': 'accept-new',
  insecure: false,
  'engine-port': ENGINE_PORT,
  'manager-port': MANAGER_PORT,
  'engine-install': true,
  'schedule-on-master': false,
  'node-image': 'docker:28.5.2-dind',
  'swarm-image': 'swarm:1.2.9',
  'image-archive': [],
  'swarm-strategy': 'spread',
  'swarm-opt': [],
  'swarm-join-opt': [],
  'engine-label': [],
  'engine-opt': [],
  'engine-env': [],
  'engine-registry-mirror': [],
  'engine-insecure-registry': [],
  'tls-san': [],
} satisfies Settings;

/** `SWARMCTL_NODES`, which stands for `--nodes`. */
export function variableOf(flag: string): string {
  return `SWARMCTL_${flag.toUpperCase().replaceAll('-', '_')}`;
}
