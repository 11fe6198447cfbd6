import * as v from 'valibot';
import { digest } from '../util/digest.ts';
import { writeDuration } from '../util/duration.ts';

const Strings = v.array(v.string());

const HostSpecSchema = v.strictObject({
  /** `local`, `ssh://user@host:port` or `tcp://host:port`, as `normalUrl` in host-url.ts writes it. */
  url: v.string(),
  master: v.boolean(),
  /** The address by which clients such as the docker CLI reach its ports; null: that of the URL. */
  address: v.nullable(v.string()),
  /** The address by which the other hosts reach its ports; null: found out by asking the host. */
  advertise: v.nullable(v.string()),
  /** Of its engine, besides those of every engine. */
  labels: Strings,
  /** Further dockerd flags of this host, likewise. */
  options: Strings,
  /** PEM texts by which an engine at `tcp://` is reached; secret, see `publicSpec`. */
  tls: v.nullable(v.strictObject({ ca: v.string(), cert: v.string(), key: v.string() })),
});

export type HostSpec = v.InferOutput<typeof HostSpecSchema>;

/**
 * What a cluster is made from: everything a person can choose, and nothing found out later.
 * Two specs are the same cluster exactly when they are equal.
 */
export const ClusterSpecSchema = v.strictObject({
  name: v.string(),
  /** A kind that swarmctl deploys (`etcd`), or the URL of a store that exists (`etcd://a:2379/x`). */
  discovery: v.string(),
  /** The token in the URL of a token service that exists; secret, see `publicSpec`. */
  discoveryToken: v.nullable(v.string()),
  /** PEM texts by which swarm and swarmctl reach a store that exists; secret, see `publicSpec`. */
  discoveryTls: v.nullable(
    v.strictObject({
      ca: v.string(),
      /** Without them the store is not shown who asks. */
      cert: v.nullable(v.string()),
      key: v.nullable(v.string()),
    }),
  ),
  /** Nodes besides the master. */
  nodes: v.number(),
  /** The hosts, of which one is the master; null: all are local, made on the spot. */
  hosts: v.nullable(v.array(HostSpecSchema)),
  /** Whether nothing but the store has TLS, because the engines (all at `tcp://`) have none. */
  insecure: v.boolean(),
  /** Address of this machine at which local hosts publish their ports; null: its loopback address. */
  localAddress: v.nullable(v.string()),
  /** Ports of engines, manager and store; null: the usual one of the store. */
  ports: v.strictObject({ engine: v.number(), manager: v.number(), store: v.nullable(v.number()) }),
  /** Whether the master is a node as well. */
  scheduleOnMaster: v.boolean(),
  images: v.strictObject({
    /** Image of a local host: anything with dockerd and iptables. */
    node: v.string(),
    swarm: v.string(),
    /** Image of the discovery store; null when none is deployed. */
    store: v.nullable(v.string()),
  }),
  swarm: v.strictObject({
    strategy: v.string(),
    /** Further `swarm manage` flags, `name=value` or `name`. */
    managerOptions: Strings,
    /** Further `swarm join` flags, likewise. */
    agentOptions: Strings,
  }),
  engine: v.strictObject({
    labels: Strings,
    /** Further dockerd flags, `name=value` or `name`. */
    options: Strings,
    /** `NAME=VALUE`; values may be secret, see `publicSpec`. */
    environment: Strings,
    registryMirrors: Strings,
    insecureRegistries: Strings,
    /** How Docker comes to hosts over SSH that lack it: `packages`, `never`, or a script's URL. */
    install: v.string(),
  }),
  /** Further names and addresses in the certificates of engines and manager. */
  tlsSans: Strings,
  /** Seconds after which `gc` may remove it, see `expiry.ts`; null: never. */
  ttl: v.optional(v.nullable(v.number()), null),
});

export type ClusterSpec = v.InferOutput<typeof ClusterSpecSchema>;

/**
 * The spec as it may be stored and shown: the values of the engine's environment, which may hold
 * a proxy's password, and what opens the discovery store are replaced by fingerprints, so that
 * equality can still be seen.
 */
export function publicSpec(spec: ClusterSpec): ClusterSpec {
  const environment = spec.engine.environment.map((entry) => {
    const [name = '', ...value] = entry.split('=');
    return `${name}=${fingerprint(value.join('='))}`;
  });
  const tls = spec.discoveryTls;
  return {
    ...spec,
    hosts: spec.hosts?.map((host) => ({ ...host, tls: host.tls && publicTls(host.tls) })) ?? null,
    engine: { ...spec.engine, environment },
    discoveryToken: spec.discoveryToken === null ? null : fingerprint(spec.discoveryToken),
    discoveryTls: tls && {
      ca: fingerprint(tls.ca),
      cert: tls.cert === null ? null : fingerprint(tls.cert),
      key: tls.key === null ? null : fingerprint(tls.key),
    },
  };
}

function publicTls({ ca, cert, key }: NonNullable<HostSpec['tls']>): HostSpec['tls'] {
  return { ca: fingerprint(ca), cert: fingerprint(cert), key: fingerprint(key) };
}

const FINGERPRINT = new RegExp(`^sha256:[0-9a-f]{${String(digest('').length)}}$`);

/** Itself, of what is one already: a public spec stays as it is. */
function fingerprint(secret: string): string {
  return FINGERPRINT.test(secret) ? secret : `sha256:${digest(secret)}`;
}

export interface Difference {
  /** Dotted path of the setting, such as `images.swarm`. */
  readonly setting: string;
  readonly was: string;
  readonly wanted: string;
}

/** Every setting in which two public specs differ. */
export function differences(was: ClusterSpec, wanted: ClusterSpec): Difference[] {
  return compare('', was, wanted);
}

function compare(path: string, was: unknown, wanted: unknown): Difference[] {
  if (isRecord(was) && isRecord(wanted)) {
    return [...new Set([...Object.keys(was), ...Object.keys(wanted)])].flatMap((key) =>
      compare(path === '' ? key : `${path}.${key}`, was[key], wanted[key]),
    );
  }
  if (JSON.stringify(was) === JSON.stringify(wanted)) return [];
  const say = path === 'ttl' ? showSeconds : show;
  return [{ setting: path, was: say(was), wanted: say(wanted) }];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  if (value === null || value === undefined) return '(none)';
  if (isRecord(value)) return typeof value.url === 'string' ? sayHost(value) : '(given)';
  if (Array.isArray(value)) {
    return value.length === 0 ? '(none)' : value.map((each) => show(each)).join(' ');
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function showSeconds(value: unknown): string {
  return typeof value === 'number' ? writeDuration(value) : show(value);
}

function sayHost({ url, master }: Record<string, unknown>): string {
  return `${String(url)}${master === true ? ' (master)' : ''}`;
}
