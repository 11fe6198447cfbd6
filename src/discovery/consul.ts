import { AGENT_TTL } from '../cluster/limits.ts';
import type { ClusterSpec } from '../cluster/spec.ts';
import { optionName } from '../cluster/validate.ts';
import { parseDuration, sayDuration } from '../util/duration.ts';
import { askConsul, deleteFromConsul, tryConsulSession } from '../stores/consul.ts';
import type { StoreEndpoint } from '../stores/address.ts';
import type { DiscoveryKind, StoreView } from './discovery.ts';
import { existingStore } from './existing-store.ts';

async function ask(store: StoreEndpoint, prefix: string, signal: AbortSignal): Promise<StoreView> {
  const { version = '?', members } = await askConsul(store, prefix, signal);
  return { version: `consul ${version}`, members };
}

/** Swarm registers each node by a session of half its TTL, and consul has a shortest one. */
async function doubts(
  store: StoreEndpoint,
  { swarm }: ClusterSpec,
  signal: AbortSignal,
): Promise<string[]> {
  const chosen = swarm.agentOptions.findLast((option) => optionName(option) === 'ttl');
  const ttl = parseDuration(chosen?.split('=')[1] ?? '') ?? AGENT_TTL * 1000;
  const { sessionTtlMin } = await askConsul(store, 'swarmctl', signal);
  if (sessionTtlMin * 2 > ttl) {
    return [
      `its sessions last ${sayDuration(sessionTtlMin)} at least (session_ttl_min), and swarm would ask for ${sayDuration(ttl / 2)}, half of its TTL`,
    ];
  }
  // An ACL may refuse it all the same, for which agents would have one sentence that says nothing.
  await tryConsulSession(store, ttl / 2, signal);
  return [];
}

/** Consul, which must be there already; swarm takes one address of it. */
export const consul: DiscoveryKind = {
  kind: 'consul',
  facts: {
    summary: 'key-value store with sessions, watched by the manager',
    needs: 'a consul that exists',
    managers: true,
    lostAfter: 'its session, 30 to 60 s',
    tls: 'client certificates',
  },
  tlsFiles: 'all three',
  existing: (url, tls) => existingStore({ url, tls, ask, remove: deleteFromConsul, doubts }),
  urlProblems: ({ addresses }) =>
    addresses.length > 1 ? ['consul takes one address: swarm refuses more'] : [],
};
