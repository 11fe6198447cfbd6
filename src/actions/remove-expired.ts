import { isOver, type Expiry } from '../cluster/expiry.ts';
import { SwarmctlError, reasonOf } from '../errors.ts';
import { firstOf, limited } from '../util/abort.ts';
import { clusterExpiry } from './cluster-expiry.ts';
import type { ActionContext } from './context.ts';
import { destroyLocked } from './destroy-cluster.ts';
import { findCluster, labelledRecords } from './find-cluster.ts';
import { openOuter } from './locate.ts';
import { openWorld } from './open-world.ts';

/** Milliseconds for each cluster: one that hangs must not keep the others. */
const EACH = 120_000;

/** Milliseconds that a server may take to let us in, to be asked for clusters. */
const PATIENCE = 20_000;

interface GcOptions {
  /** Whether it is only told what would be removed. */
  readonly dryRun: boolean;
  readonly concurrency: number;
}

/** A cluster with a ttl, and what became of it. */
export interface ExpiringCluster {
  /** Of a server that could not be asked for clusters: its URL. */
  readonly name: string;
  /** `expired` are those that would be removed. */
  readonly outcome: 'alive' | 'expired' | 'removed' | 'locked' | 'failed';
  readonly expires: Expiry | null;
  /** Why it is still there, or nobody knows; empty otherwise. */
  readonly reason: string;
}

/**
 * Removes every cluster whose time is over, one after another, as `destroy` does; nobody is asked, the
 * ttl was the consent. What fails is told with the rest.
 */
export async function removeExpired(
  options: GcOptions,
  context: ActionContext,
): Promise<ExpiringCluster[]> {
  const { answering, silent } = await askServers(context);
  await tellOfSilence(context);
  const told = [...silent];
  for (const name of await clusterNames(answering)) {
    told.push(...(await dealWith(name, options, answering)));
  }
  await context.home.removeDeadLocks();
  return told;
}

/** The context that looks at those servers alone that can be asked for clusters, and the others. */
async function askServers(context: ActionContext) {
  const { lookAt } = context;
  const remaining = () => Math.min(PATIENCE, context.remaining());
  const answers = await Promise.all(
    lookAt.urls.map(async (url) => {
      try {
        await labelledRecords({ ...context, remaining, lookAt: { ...lookAt, urls: [url] } });
        return undefined;
      } catch (error) {
        context.signal.throwIfAborted();
        return failed(url, error);
      }
    }),
  );
  return {
    answering: {
      ...context,
      lookAt: { ...lookAt, urls: lookAt.urls.filter((_, index) => !answers[index]) },
    },
    silent: answers.filter((each) => each !== undefined),
  };
}

/** What an engine holds that does not answer, and no record of this machine tells, is not found. */
async function tellOfSilence(context: ActionContext): Promise<void> {
  try {
    const { outer } = await openOuter(context);
    outer.close();
  } catch (error) {
    context.signal.throwIfAborted();
    context.warn(`what only labels tell of is not looked for: ${reasonOf(error)}`);
  }
}

/** Of all that this machine's state and the labels know, also of what has no ttl. */
async function clusterNames(context: ActionContext): Promise<string[]> {
  const [stored, labelled] = await Promise.all([context.home.list(), labelledRecords(context)]);
  return [...new Set([...stored.map(({ name }) => name), ...labelled.keys()])].sort();
}

async function dealWith(
  name: string,
  options: GcOptions,
  whole: ActionContext,
): Promise<ExpiringCluster[]> {
  const until = Date.now() + EACH;
  const over = new AbortController();
  const context = {
    ...whole,
    signal: limited(firstOf(whole.signal, over.signal), EACH),
    remaining: () => Math.max(1, Math.min(whole.remaining(), until - Date.now())),
  };
  let expires: Expiry | undefined;
  try {
    expires = await expiryOf(name, context);
    if (!expires) return [];
    if (!isOver(expires)) return [{ name, outcome: 'alive', expires, reason: '' }];
    if (options.dryRun) return [{ name, outcome: 'expired', expires, reason: '' }];
    return await remove(name, options, context);
  } catch (error) {
    whole.signal.throwIfAborted();
    return [failed(name, error, expires)];
  } finally {
    over.abort();
  }
}

/** Undefined when there is no ttl, or no cluster. */
async function expiryOf(name: string, context: ActionContext): Promise<Expiry | undefined> {
  const { record } = await findCluster(name, { ...context, warn: () => undefined });
  if (!record) return undefined;
  const world = await openWorld(record, context);
  try {
    return await clusterExpiry(world, context.signal);
  } finally {
    await world.dispose();
  }
}

/** Not while another process works on it. */
async function remove(
  name: string,
  { concurrency }: GcOptions,
  context: ActionContext,
): Promise<ExpiringCluster[]> {
  return context.home.whileChanging(name, { signal: context.signal }, async () => {
    // Whoever had the lock until now may have removed it, or given it more time.
    const expires = await expiryOf(name, context);
    if (!expires) return [];
    if (!isOver(expires)) return [{ name, outcome: 'alive', expires, reason: '' }];
    const confirm = () => Promise.resolve(true);
    await destroyLocked(name, { concurrency, confirm, unreachable: 'refuse' }, context);
    return [{ name, outcome: 'removed', expires, reason: '' }];
  });
}

function failed(name: string, error: unknown, expires: Expiry | null = null): ExpiringCluster {
  const isLocked = error instanceof SwarmctlError && error.code === 'LOCKED';
  return { name, outcome: isLocked ? 'locked' : 'failed', expires, reason: reasonOf(error) };
}
