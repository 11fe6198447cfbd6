import { NODES, joinPath, type StoreEndpoint } from './address.ts';
import { atAny, encodePath, type HttpAnswer, type HttpClient } from './http.ts';
import { StoreError } from './store-error.ts';

/**
 * The parts of consul's HTTP API that swarmctl needs. Whatever fails rejects with a StoreError that
 * says why; an aborted signal, with its own reason.
 */

/** Shortest session TTL, in milliseconds, of a consul that does not say (`session_ttl_min`). */
const SESSION_TTL_MIN = 10_000;

/** What a consul says of itself and of the cluster below a prefix. */
interface ConsulView {
  /** Such as `1.9.5`; undefined when `/v1/agent/self` is denied to us (ACL `agent:read`). */
  readonly version: string | undefined;
  /** Address of the server that leads, which proves that keys can be read and written. */
  readonly leader: string;
  /**
   * Shortest TTL of a session in milliseconds, as the asked agent is configured; the servers', which
   * counts, may differ. Swarm's `--ttl` must be twice as long. (libkv, store/consul)
   */
  readonly sessionTtlMin: number;
  /** `host:port` of every registered node, sorted. */
  readonly members: readonly string[];
}

/** Asks who leads and lists the nodes below the prefix; rejects also when swarm could not register. */
export function askConsul(
  store: StoreEndpoint,
  prefix: string,
  signal: AbortSignal,
): Promise<ConsulView> {
  return atAny(store, signal, async (client, limit) => {
    const nodes = joinPath(prefix, NODES);
    const [leader, self, key, pairs] = await Promise.all([
      leaderOf(client, limit),
      client.ask('/v1/agent/self', limit),
      // 1.21.5 alone refuses keys with a colon, so every node (hashicorp/consul#22822); and unlike
      // a list, which is thinned out, a single key is denied aloud when an ACL says so.
      client.ask(keyPath(`${nodes}/127.0.0.1:1`), limit),
      pairsBelow(client, nodes, limit),
    ]);
    demand(client, key, 'reading its keys', 200, 404);
    return {
      ...agentSays(self),
      leader,
      members: pairs.flatMap(({ Value }) => decoded(Value) || []).sort(),
    };
  });
}

/**
 * Proves that a session with that TTL (milliseconds) is granted, as swarm will want one for each
 * node with half of its `--ttl`, and destroys it.
 */
export async function tryConsulSession(
  store: StoreEndpoint,
  ttl: number,
  signal: AbortSignal,
): Promise<void> {
  await atAny(store, signal, async (client, limit) => {
    const created = await client.ask('/v1/session/create', limit, {
      method: 'PUT',
      body: JSON.stringify({ Name: 'swarmctl', TTL: `${ttl}ms`, Behavior: 'delete' }),
    });
    demand(client, created, 'opening a session', 200);
    const { ID } = created.json as { ID: string };
    await destroySession(client, ID, limit);
  });
}

/**
 * Deletes all keys below a prefix (`team/demo`; not those of `team/demo2`), the key itself, and the
 * sessions that hold them; what is not there is fine. An empty prefix is refused.
 */
export async function deleteFromConsul(
  store: StoreEndpoint,
  prefix: string,
  signal: AbortSignal,
): Promise<void> {
  const clean = joinPath(prefix);
  if (clean === '') throw new StoreError('refusing to delete all keys in consul');
  await atAny(store, signal, async (client, limit) => {
    // A session has no name by which to tell it: only what it holds says whose it is.
    const pairs = await pairsBelow(client, clean, limit);
    const sessions = new Set(pairs.flatMap(({ Session }) => Session || []));
    await Promise.all([...sessions].map((session) => destroySession(client, session, limit)));
    for (const path of [`${keyPath(clean)}/?recurse`, keyPath(clean)]) {
      const answer = await client.ask(path, limit, { method: 'DELETE' });
      demand(client, answer, `deleting ${clean}`, 200);
    }
  });
}

/** A key as consul's API shows it. */
interface Pair {
  readonly Key: string;
  /** Base 64; null when empty. */
  readonly Value: string | null;
  readonly Session?: string;
}

async function leaderOf(client: HttpClient, signal: AbortSignal): Promise<string> {
  const answer = await client.ask('/v1/status/leader', signal);
  demand(client, answer, 'asking for the leader', 200);
  if (typeof answer.json !== 'string') {
    throw new StoreError(`${client.server}: what answers on /v1/status/leader is not consul`);
  }
  if (answer.json === '') throw new StoreError(`${client.server}: consul has no leader`);
  return answer.json;
}

async function pairsBelow(client: HttpClient, path: string, signal: AbortSignal): Promise<Pair[]> {
  // The slash: consul matches text, and `demo` is also how `demo2` begins.
  const answer = await client.ask(`${keyPath(path)}/?recurse&consistent`, signal);
  demand(client, answer, 'listing its keys', 200, 404);
  return answer.status === 404 ? [] : (answer.json as Pair[]);
}

async function destroySession(client: HttpClient, id: string, signal: AbortSignal): Promise<void> {
  const path = `/v1/session/destroy/${encodePath(id)}`;
  demand(client, await client.ask(path, signal, { method: 'PUT' }), 'ending a session', 200);
}

/** Of old versions it is a number of nanoseconds, later a text such as `10s`; zero means unset. */
interface Self {
  readonly Config?: { readonly Version?: string; readonly SessionTTLMin?: number };
  readonly DebugConfig?: { readonly SessionTTLMin?: string };
}

function agentSays({ status, json }: HttpAnswer): Pick<ConsulView, 'version' | 'sessionTtlMin'> {
  const { Config, DebugConfig } = (status === 200 ? (json ?? {}) : {}) as Self;
  const minimum =
    goDuration(DebugConfig?.SessionTTLMin ?? '') ?? (Config?.SessionTTLMin ?? 0) / 1e6;
  return { version: Config?.Version, sessionTtlMin: minimum || SESSION_TTL_MIN };
}

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** Milliseconds in a duration as Go writes it, `1m30s` or `1.5s`. */
function goDuration(text: string): number | undefined {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0) return undefined;
  return parts.reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * UNITS[unit as keyof typeof UNITS],
    0,
  );
}

function decoded(value: string | null): string {
  return Buffer.from(value ?? '', 'base64').toString();
}

function keyPath(path: string): string {
  return `/v1/kv/${encodePath(path)}`;
}

function demand(client: HttpClient, answer: HttpAnswer, what: string, ...wanted: number[]): void {
  if (wanted.includes(answer.status)) return;
  throw new StoreError(`${client.server}: ${whyNot(answer, what)}`, { status: answer.status });
}

function whyNot({ status, text }: HttpAnswer, what: string): string {
  const said = text.trim().slice(0, 200);
  if (/invalid key name|invalid character/.test(said)) {
    return `this consul takes no keys with a colon, as swarm's nodes have them (1.21.5 does not, earlier and later ones do): ${said}`;
  }
  if (status === 403) return `consul's ACL does not allow ${what}: ${said}`;
  if (status === 500 && said.includes('No cluster leader')) return 'consul has no leader';
  if (status === 404) return `what answers is not consul: ${what} gives status 404`;
  return `consul answers ${what} with status ${status}: ${said}`;
}
