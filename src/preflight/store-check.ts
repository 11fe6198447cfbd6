import { givenEndpoint } from '../discovery/existing-store.ts';
import { reasonOf } from '../errors.ts';
import { unreachableFromHosts } from '../hosts/local/probe.ts';
import type { ExistingStore } from '../discovery/discovery.ts';
import { sayAddress, type StoreAddress, type StoreEndpoint } from '../stores/address.ts';
import { limited } from '../util/abort.ts';
import type { Check, Finding, Surroundings } from './check.ts';

const DEADLINE = 10_000;

/**
 * What is to be known of the discovery, and whether a store that exists can serve the cluster: asked in its own protocol from this machine, and
 * by a connection from where the hosts will be.
 */
export const store: Check = {
  name: 'store',
  async run(surroundings) {
    const { spec, discovery, further, signal } = surroundings;
    const { existing, kind, caveat } = discovery;
    const caveats = caveat ? [{ level: 'warning' as const, ...caveat }] : [];
    // The cluster's own nodes are listed there, and its hosts reach it.
    if (further) return [];
    if (!existing) return caveats;
    const error = (problem: string, fix: string) => ({ level: 'error' as const, problem, fix });
    const endpoint = givenEndpoint(existing.url, spec);
    const deadline = limited(signal, DEADLINE);
    const [problems, reach] = await Promise.all([
      existing.probe(endpoint, { spec }, deadline).catch((reason: unknown) => {
        signal.throwIfAborted();
        return [reasonOf(reason)];
      }),
      reachOfHosts(surroundings, existing, endpoint, deadline),
    ]);
    return [
      ...caveats,
      ...problems.map((problem) =>
        error(
          `${kind}: ${problem}`,
          'see --discovery, --discovery-ca, --discovery-cert and --discovery-key',
        ),
      ),
      ...reach,
    ];
  },
};

/**
 * Whether the hosts will reach one of the store's addresses, and all by which swarm goes on. Asked
 * from the engine's default network; the cluster's own does not exist yet.
 */
async function reachOfHosts(
  { spec, outer, signal }: Surroundings,
  existing: ExistingStore,
  endpoint: StoreEndpoint,
  deadline: AbortSignal,
): Promise<Omit<Finding, 'check'>[]> {
  const { scheme } = existing.url;
  try {
    const members = (await existing.members?.(endpoint, deadline).catch(() => [])) ?? [];
    const all = [...endpoint.addresses, ...members];
    const unreachable = new Set(
      (await unreachableFromHosts(outer, spec.images.node, all, deadline)).map(sayAddress),
    );
    const lost = (addresses: readonly StoreAddress[]) =>
      addresses.map(sayAddress).filter((address) => unreachable.has(address));
    const missing = [
      ...(lost(endpoint.addresses).length === endpoint.addresses.length
        ? lost(endpoint.addresses)
        : []),
      ...lost(members),
    ];
    if (missing.length === 0) return [];
    return [
      {
        level: 'error',
        problem: `the hosts cannot reach ${scheme} at ${[...new Set(missing)].join(', ')}: no connection from a container of ${outer.url}`,
        fix: 'open the port to the networks of that engine, or give an address that they reach',
      },
    ];
  } catch (error) {
    signal.throwIfAborted();
    return [
      {
        level: 'warning',
        problem: `whether the hosts reach ${scheme} could not be tried beforehand: ${reasonOf(error)}`,
        fix: 'if nodes do not register, look whether the port is open to the networks of the engine',
      },
    ];
  }
}
