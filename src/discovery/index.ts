import type { ClusterSpec } from '../cluster/spec.ts';
import { consul } from './consul.ts';
import type { Discovery, DiscoveryKind } from './discovery.ts';
import { etcd } from './etcd.ts';
import { file } from './file.ts';
import { nodes } from './nodes.ts';
import { isLoopback, parseStoreUrl } from './store-url.ts';
import { token } from './token.ts';
import { zk } from './zk.ts';

/** Every kind of discovery; adding one is one file and one line here. */
export const discoveryKinds: readonly DiscoveryKind[] = [token, etcd, zk, consul, nodes, file];

/** Those that swarmctl makes itself. */
export const deployableKinds = discoveryKinds.filter(isDeployable);

function isDeployable(kind: DiscoveryKind): kind is DiscoveryKind & { deploy: Discovery } {
  return kind.deploy !== undefined;
}

/** Those that run from an image, with what that must be. */
export const storeImages = deployableKinds.flatMap(({ kind, deploy: { deployed } }) =>
  deployed ? [{ kind, imageIs: deployed.imageIs, defaultImage: deployed.defaultImage }] : [],
);

const kinds = new Map(discoveryKinds.map((each) => [each.kind, each]));

export { parseStoreUrl, type StoreUrl } from './store-url.ts';
export { splitToken } from './token.ts';

/** The discovery of a spec that has no problems. */
export function discoveryOf({ discovery, discoveryTls }: ClusterSpec): Discovery {
  if (!discovery.includes('://')) {
    const deployed = kinds.get(discovery)?.deploy;
    if (deployed) return deployed;
  }
  const url = parseStoreUrl(discovery);
  if (typeof url === 'string') throw new Error(url);
  const existing = kinds.get(url.scheme)?.existing;
  if (!existing) throw new Error(`unknown discovery ${discovery}`);
  return existing(url, discoveryTls !== null);
}

/** The kind in what the person gave, which may be anything; the default name of a cluster. */
export function kindIn(discovery: string): string {
  return discovery.split('://')[0] ?? discovery;
}

/** The flag of `create` that names the image of a spec's store: `etcd-image`. */
export function imageFlagOf({ discovery }: ClusterSpec): string {
  return `${kindIn(discovery)}-image`;
}

const BARE_TOKEN = /^token:\/\/[^/:]*$/;

/** What is wrong with the discovery of a spec, a sentence each. */
export function* discoveryProblems(spec: ClusterSpec): Generator<string> {
  const { discovery } = spec;
  const kind = kinds.get(kindIn(discovery));
  if (!kind) {
    const deployable = deployableKinds.map((each) => each.kind);
    const urls = discoveryKinds.filter(({ existing }) => existing).map((each) => each.kind);
    yield `--discovery "${discovery}" is unknown; known: ${deployable.join(', ')}, and URLs of ${urls.map((each) => `${each}://`).join(', ')}`;
    return;
  }
  if (!discovery.includes('://')) yield* deployProblems(kind, spec);
  else yield* urlProblems(kind, spec);
}

function* deployProblems({ kind, deploy }: DiscoveryKind, spec: ClusterSpec): Generator<string> {
  if (!deploy) {
    yield `--discovery ${kind} must be there already: give its URL, ${kind}://host:port[/path]`;
  }
  if (spec.discoveryTls) yield* unusedTls(`--discovery ${kind} makes its own certificates`);
}

function* urlProblems(
  { kind, existing, tlsFiles, urlProblems: problems }: DiscoveryKind,
  spec: ClusterSpec,
): Generator<string> {
  const { discovery, discoveryTls: tls } = spec;
  if (!existing) {
    yield `--discovery ${kind} takes no URL: swarmctl writes the list itself`;
    return;
  }
  // Without a path the last part is a token of the Hub, or has been split off as one.
  if (discovery === 'token://' || (spec.discoveryToken === null && BARE_TOKEN.test(discovery))) {
    yield `--discovery token://TOKEN stands for Docker Hub's token service, which was shut down in 2019: --discovery token brings one, or give token://host:port/v1/TOKEN`;
    return;
  }
  const url = parseStoreUrl(discovery);
  if (typeof url === 'string') {
    yield `--discovery ${url}`;
    return;
  }
  for (const address of url.addresses.filter(isLoopback)) {
    yield `--discovery ${discovery}: ${address.host} means the host itself on every host; give an address that all of them reach`;
  }
  for (const problem of problems?.(url, spec) ?? []) yield `--discovery ${discovery}: ${problem}`;
  if (tls && tlsFiles === 'none') yield* unusedTls(`swarm speaks to ${kind} without TLS`);
  if (tls && tlsFiles === 'all three' && (tls.cert === null || tls.key === null)) {
    yield `--discovery-ca, --discovery-cert and --discovery-key go together: with one missing swarm speaks plain http to ${kind}`;
  }
}

function* unusedTls(why: string): Generator<string> {
  yield `${why}: leave --discovery-ca, --discovery-cert and --discovery-key out`;
}
