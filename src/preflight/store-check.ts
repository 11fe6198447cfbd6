import { givenEndpoint } from '../discovery/existing-store.ts';
import { reasonOf } from '../errors.ts';
import { unreachableFromHosts } from '../hosts/local/probe.ts';
import { sayAddress } from '../stores/address.ts';
import { limited } from '../util/abort.ts';
import type { Check } from './check.ts';

const DEADLINE = 10_000;

/**
 * What is to be known of the discovery, and whether a store that exists can serve the cluster: asked in its own protocol from this machine, and
 * by a connection from where the hosts will be.
 */
export const store: Check = {
  name: 'store',
  async run({ spec, discovery, outer, signal }) {
    const { existing, kind, caveat } = discovery;
    const caveats = caveat ? [{ level: 'warning' as const, ...caveat }] : [];
    if (!existing) return caveats;
    const error = (problem: string, fix: string) => ({ level: 'error' as const, problem, fix });
    const endpoint = givenEndpoint(existing.url, spec);
    const deadline = limited(signal, DEADLINE);
    const [problems, unreachable] = await Promise.all([
      existing.probe(endpoint, { spec }, deadline).catch((reason: unknown) => {
        signal.throwIfAborted();
        return [reasonOf(reason)];
      }),
      unreachableFromHosts(outer, spec.images.node, endpoint.addresses, deadline).catch(() => {
        signal.throwIfAborted();
        return [];
      }),
    ]);
    return [
      ...caveats,
      ...problems.map((problem) =>
        error(
          `${kind}: ${problem}`,
          'see --discovery, --discovery-ca, --discovery-cert and --discovery-key',
        ),
      ),
      ...(unreachable.length > 0 && unreachable.length === endpoint.addresses.length
        ? [
            error(
              `the hosts cannot reach ${kind} at ${unreachable.map(sayAddress).join(', ')}: no connection from a container of ${outer.url}`,
              'open the port to the networks of that engine, or give an address that they reach',
            ),
          ]
        : []),
    ];
  },
};
