import { NODES, joinPath, type StoreEndpoint } from './address.ts';
import { atAny, encodePath, type HttpAnswer, type HttpClient } from './http.ts';
import { StoreError } from './store-error.ts';

/**
 * The v2 API of etcd, which is all that swarm's client speaks. Whatever fails rejects with a
 * StoreError that says why; an aborted signal, with its own reason.
 */

/** What an etcd says of itself and of the cluster below a prefix. */
interface EtcdView {
  /** Such as `3.4.23`; undefined when it does not say. */
  readonly version: string | undefined;
  /** `host:port` of every registered node, sorted. */
  readonly members: readonly string[];
}

/** Lists the nodes below the prefix, agreed on by the store's quorum, and proves its v2 API. */
export function askEtcd(
  store: StoreEndpoint,
  prefix: string,
  signal: AbortSignal,
): Promise<EtcdView> {
  return atAny(store, signal, async (client, limit) => {
    const nodes = keyPath(joinPath(prefix, NODES));
    const [version, root, answer] = await Promise.all([
      client.ask('/version', limit),
      client.ask(keyPath(''), limit),
      client.ask(`${nodes}?quorum=true&recursive=true&sorted=true`, limit),
    ]);
    // Without the v2 API a missing directory would look like an empty one.
    demand(client, root, 'reading', 200);
    if ((root.json as { action?: string } | undefined)?.action !== 'get') {
      throw new StoreError(`${client.server}: what answers on /v2/keys is not etcd`);
    }
    demand(client, answer, 'reading', 200, 404);
    const { node } = (answer.json ?? {}) as { node?: { nodes?: { value?: string }[] } };
    return {
      version: (version.json as { etcdserver?: string } | undefined)?.etcdserver,
      members: (node?.nodes ?? []).flatMap(({ value }) => value || []).sort(),
    };
  });
}

/**
 * The URLs by which swarm's client goes on after its first question: it replaces the addresses of
 * the discovery URL by these, so every host must reach one. (coreos/etcd/client, Sync)
 */
export function etcdClientUrls(store: StoreEndpoint, signal: AbortSignal): Promise<string[]> {
  return atAny(store, signal, async (client, limit) => {
    const answer = await client.ask('/v2/members', limit);
    demand(client, answer, 'asking for its members', 200);
    const { members = [] } = (answer.json ?? {}) as { members?: { clientURLs?: string[] }[] };
    return members.flatMap(({ clientURLs }) => clientURLs ?? []);
  });
}

/** Sets a key (`team/demo/name`), making the directories above it. */
export async function putIntoEtcd(
  store: StoreEndpoint,
  key: string,
  value: string,
  signal: AbortSignal,
): Promise<void> {
  await atAny(store, signal, async (client, limit) => {
    const answer = await client.ask(keyPath(joinPath(key)), limit, {
      method: 'PUT',
      body: new URLSearchParams({ value }).toString(),
      type: 'application/x-www-form-urlencoded',
    });
    demand(client, answer, `writing ${key}`, 200, 201);
  });
}

/**
 * Deletes a key or directory (`team/demo`) and all below it; what is not there is fine. Parents
 * stay. The root is refused.
 */
export async function deleteFromEtcd(
  store: StoreEndpoint,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const clean = joinPath(path);
  if (clean === '') throw new StoreError('refusing to delete everything in etcd');
  await atAny(store, signal, async (client, limit) => {
    const key = `${keyPath(clean)}?recursive=true`;
    const answer = await client.ask(key, limit, { method: 'DELETE' });
    // With the v2 API off everything is a 404, but only etcd's own knows error codes.
    if (answer.status === 404 && errorOf(answer)?.errorCode === KEY_NOT_FOUND) return;
    demand(client, answer, `deleting ${clean}`, 200);
  });
}

/** Deletes a directory if nothing is in it; one that is not there, or is not empty, is fine. */
export async function pruneEtcd(
  store: StoreEndpoint,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  await atAny(store, signal, async (client, limit) => {
    const answer = await client.ask(`${keyPath(joinPath(path))}?dir=true`, limit, {
      method: 'DELETE',
    });
    const { errorCode } = errorOf(answer) ?? {};
    if (errorCode === KEY_NOT_FOUND || errorCode === DIRECTORY_NOT_EMPTY) return;
    demand(client, answer, `deleting ${path}`, 200);
  });
}

/** (etcd, etcdserver/api/v2error) */
const KEY_NOT_FOUND = 100;
const DIRECTORY_NOT_EMPTY = 108;

function keyPath(path: string): string {
  return `/v2/keys/${encodePath(path)}`;
}

interface V2Error {
  readonly errorCode?: number;
  readonly message?: string;
  readonly cause?: string;
}

function errorOf(answer: HttpAnswer): V2Error | undefined {
  return answer.json as V2Error | undefined;
}

function demand(client: HttpClient, answer: HttpAnswer, what: string, ...wanted: number[]): void {
  if (wanted.includes(answer.status)) return;
  throw new StoreError(`${client.server}: ${whyNot(answer, what)}`, { status: answer.status });
}

function whyNot(answer: HttpAnswer, what: string): string {
  const { message, cause } = errorOf(answer) ?? {};
  const said = [message, cause].filter(Boolean).join(': ') || answer.text.trim().slice(0, 200);
  switch (answer.status) {
    case 404:
      return 'etcd answers, but its v2 API is off (--enable-v2=true; etcd 3.6 and later have none)';
    case 401:
    case 403:
      return `etcd does not allow ${what}: ${said} (swarm knows no user of etcd)`;
    case 500:
    case 503:
      return `etcd cannot serve, perhaps without a quorum of its members: ${said}`;
    default:
      return `etcd answers ${what} with status ${answer.status}: ${said}`;
  }
}
