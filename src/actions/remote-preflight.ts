import type { ClusterSpec } from '../cluster/spec.ts';
import type { Discovery } from '../discovery/discovery.ts';
import { givenEndpoint } from '../discovery/existing-store.ts';
import { Engine } from '../engine/engine.ts';
import { parseEndpoint } from '../engine/resolve-endpoint.ts';
import { reasonOf } from '../errors.ts';
import { isSsh } from '../hosts/kind.ts';
import type { Servers } from '../hosts/ssh/servers.ts';
import { missingImages } from '../images/missing-images.ts';
import type { ImageSupply } from '../images/supply.ts';
import type { Finding } from '../preflight/check.ts';
import { clusterChecks } from '../preflight/remote/cluster-checks.ts';
import { hostChecks } from '../preflight/remote/host-checks.ts';
import { reachFindings } from '../preflight/remote/reach-check.ts';
import type { SeenHost } from '../preflight/remote/seen.ts';
import { limited } from '../util/abort.ts';

interface Asked {
  readonly spec: ClusterSpec;
  readonly discovery: Discovery;
  /** All of the cluster, which are judged together. */
  readonly hosts: readonly SeenHost[];
  /** Names of those that are to be taken into it, which are judged one by one. */
  readonly joining: ReadonlySet<string>;
  /** Whether they join a cluster that exists. */
  readonly further: boolean;
  readonly servers: Servers;
  readonly supply: ImageSupply;
  readonly storeImage: string | null;
  readonly signal: AbortSignal;
}

const STORE_DEADLINE = 10_000;

/** Everything that can be asked about hosts that were there before, at once. */
export async function remotePreflight(asked: Asked): Promise<Finding[]> {
  const { spec, discovery, hosts, joining, servers, signal } = asked;
  if (hosts.length === 0) return [];
  const news = hosts.filter(({ name }) => joining.has(name));
  const storePort = discovery.deployed && (spec.ports.store ?? discovery.deployed.port);
  const wanted = { spec, storePort };
  const alone = news.flatMap((seen) =>
    Object.entries(hostChecks).flatMap(([check, ask]) =>
      ask(seen, wanted).map((finding) => ({ check, host: seen.name, ...finding })),
    ),
  );
  const together = Object.entries(clusterChecks).flatMap(([check, ask]) =>
    ask(hosts).map((finding) => ({ check, ...finding })),
  );
  const connectionOf = ({ host }: SeenHost) => servers.connection(host.url);
  const others = await Promise.all([
    guarded('reach', signal, () => reachFindings(hosts, wanted, connectionOf, signal)),
    guarded('images', signal, () => imageFindings({ ...asked, hosts: news })),
    guarded('store', signal, () => storeFindings(asked)),
  ]);
  return [...alone, ...together, ...others.flat()];
}

/** One question that fails must not cost the answers to all others. */
async function guarded(
  check: string,
  signal: AbortSignal,
  ask: () => Promise<Finding[]>,
): Promise<Finding[]> {
  try {
    return await ask();
  } catch (error) {
    signal.throwIfAborted();
    const problem = `could not be checked: ${reasonOf(error)}`;
    return [{ check, level: 'error', problem, fix: 'see the reason' }];
  }
}

async function imageFindings({
  spec,
  discovery,
  hosts,
  servers,
  supply,
  storeImage,
  signal,
}: Asked): Promise<Finding[]> {
  const { registryMirrors, insecureRegistries } = spec.engine;
  const unsettled = registryMirrors.length > 0 || insecureRegistries.length > 0;
  const findings = await Promise.all(
    hosts.map(async ({ name, host, engine: seen }) => {
      if (!seen) return [];
      const images = [
        ...(host.master || discovery.agents ? [spec.images.swarm] : []),
        ...(host.master && storeImage !== null ? [storeImage] : []),
      ];
      const engine = isSsh(host)
        ? await servers.engine(host.url)
        : new Engine(parseEndpoint(host.url, host.tls ?? undefined));
      try {
        return await missingImages(
          supply,
          [{ name, engine, unsettled: unsettled && isSsh(host) }],
          images,
          signal,
        );
      } finally {
        // That of a server goes with its connection.
        if (!isSsh(host)) engine.close();
      }
    }),
  );
  return findings
    .flat()
    .map(({ host, problem, fix }) => ({ check: 'images', level: 'error', host, problem, fix }));
}

/** A store that exists, asked from here; local hosts have a check of their own. */
async function storeFindings({ spec, discovery, further, signal }: Asked): Promise<Finding[]> {
  // The cluster's own nodes are listed there already.
  if (further) return [];
  const { existing, kind, caveat } = discovery;
  const isMixed = spec.hosts?.some(({ url }) => url === 'local') === true;
  if (isMixed) return [];
  const caveats: Finding[] = caveat ? [{ check: 'store', level: 'warning', ...caveat }] : [];
  if (!existing) return caveats;
  const deadline = limited(signal, STORE_DEADLINE);
  const problems = await existing
    .probe(givenEndpoint(existing.url, spec), { spec }, deadline)
    .catch((error: unknown) => {
      signal.throwIfAborted();
      return [reasonOf(error)];
    });
  const fix = 'see --discovery, --discovery-ca, --discovery-cert and --discovery-key';
  return [
    ...caveats,
    ...problems.map((problem) => ({
      ...{ check: 'store', level: 'error' as const, fix },
      problem: `${kind}: ${problem}`,
    })),
  ];
}
