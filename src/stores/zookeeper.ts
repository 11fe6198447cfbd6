import { abortable } from '../util/abort.ts';
import { NODES, joinPath, sayAddress, type StoreAddress, type StoreEndpoint } from './address.ts';
import { askWord } from './four-letters.ts';
import { StoreError } from './store-error.ts';
import { firstThatWorks } from './within.ts';
import { ZOOKEEPER, ZooKeeperSession } from './zookeeper-session.ts';

/** Nodes can appear below a path while it is being deleted: an agent that still registers. */
const DELETE_ATTEMPTS = 3;

/** What a ZooKeeper says of itself and of the cluster below a prefix. */
interface ZooKeeperView {
  /** Such as `3.8.0`; undefined when its word `srvr` is not allowed (`4lw.commands.whitelist`). */
  readonly version: string | undefined;
  /** `host:port` of the server that gave the session. */
  readonly server: string;
  /** Milliseconds after which an agent that died is dropped: what the server makes of swarm's 10 s. */
  readonly sessionTimeout: number;
  /** `host:port` of every registered node, sorted. */
  readonly members: readonly string[];
}

/**
 * Opens a session, proves with it that the store serves, and lists the nodes below the prefix.
 * Rejects with a StoreError when no server gives a session, with the signal's reason in time.
 */
export function askZooKeeper(
  store: StoreEndpoint,
  prefix: string,
  signal: AbortSignal,
): Promise<ZooKeeperView> {
  return withZooKeeper(store, signal, async (session, address) => {
    const [members, version] = await Promise.all([
      membersOf(session, joinPath(prefix, NODES)),
      askVersion(address, signal),
    ]);
    return { version, server: session.server, sessionTimeout: session.timeout, members };
  });
}

/**
 * Deletes the node at a path (`team/demo`) and all below it, other clients' ephemeral nodes too;
 * what is not there is fine. Parents stay. Rejects with a StoreError, also for the root and for
 * ZooKeeper's own nodes.
 */
export async function deleteFromZooKeeper(
  store: StoreEndpoint,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const clean = joinPath(path);
  if (clean === '' || /^zookeeper(\/|$)/.test(clean)) {
    throw new StoreError(`refusing to delete /${clean} from ZooKeeper`);
  }
  await withZooKeeper(store, signal, (session) => deleteTree(session, `/${clean}`));
}

/** Deletes a node if nothing is below it; one that is not there, or is not empty, is fine. */
export async function pruneZooKeeper(
  store: StoreEndpoint,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  await withZooKeeper(store, signal, async (session) => {
    try {
      await unlessMissing(session.delete(`/${joinPath(path)}`));
    } catch (error) {
      if (!hasStatus(error, ZOOKEEPER.notEmpty)) throw error;
    }
  });
}

/** Runs `work` in a session with the first server that gives one, and ends the session. */
export async function withZooKeeper<T>(
  { addresses, tls }: StoreEndpoint,
  signal: AbortSignal,
  work: (session: ZooKeeperSession, address: StoreAddress) => Promise<T>,
): Promise<T> {
  // Swarm's client cannot (libkv has no TLS for it), so an answer over TLS would prove nothing.
  if (tls) throw new StoreError('swarm speaks to ZooKeeper without TLS only');
  const { session, address } = await firstThatWorks(addresses, sayAddress, signal, openOne);
  try {
    return await abortable(work(session, address), signal);
  } finally {
    if (signal.aborted) session.cut();
    else await session.close();
  }
}

async function openOne(address: StoreAddress, signal: AbortSignal) {
  try {
    return { session: await ZooKeeperSession.open(address, signal), address };
  } catch (error) {
    // Without a quorum a server takes connections and hangs up, but it still knows this word.
    const answer = error instanceof StoreError ? await askWord(address, 'srvr', signal) : '';
    if (!answer.includes('not currently serving requests')) throw error;
    throw new StoreError(`${sayAddress(address)}: ZooKeeper has no quorum of its servers`, {
      cause: error,
    });
  }
}

async function membersOf(session: ZooKeeperSession, path: string): Promise<string[]> {
  const nodes = `/${path}`;
  // A follower may be behind; etcd is asked with quorum=true for the same reason.
  await session.sync(nodes);
  const names = (await unlessMissing(session.children(nodes))) ?? [];
  const values = await Promise.all(
    names.map((name) => unlessMissing(session.data(`${nodes}/${name}`))),
  );
  // Swarm creates the node empty and writes its address afterwards.
  return values.flatMap((value) => value?.toString() || []).sort();
}

async function deleteTree(session: ZooKeeperSession, path: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const names = await unlessMissing(session.children(path));
    if (names === undefined) return;
    await Promise.all(names.map((name) => deleteTree(session, `${path}/${name}`)));
    try {
      await unlessMissing(session.delete(path));
      return;
    } catch (error) {
      if (!hasStatus(error, ZOOKEEPER.notEmpty) || attempt === DELETE_ATTEMPTS) throw error;
    }
  }
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (hasStatus(error, ZOOKEEPER.noNode)) return undefined;
    throw error;
  }
}

function hasStatus(error: unknown, status: number): boolean {
  return error instanceof StoreError && error.status === status;
}

async function askVersion(address: StoreAddress, signal: AbortSignal): Promise<string | undefined> {
  const answer = await askWord(address, 'srvr', signal);
  return /^Zookeeper version: (\d[\d.]*\d)/m.exec(answer)?.[1];
}
