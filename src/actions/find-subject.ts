import type { ClusterRecord, Host } from '../cluster/record.ts';
import { SwarmctlError } from '../errors.ts';
import { closest } from '../util/closest.ts';
import type { ActionContext } from './context.ts';
import { requireCluster } from './find-cluster.ts';
import { findHost } from './find-host.ts';

/** A cluster, or one host of it. */
export interface Subject {
  readonly record: ClusterRecord;
  /** Undefined when the whole cluster is meant. */
  readonly host: Host | undefined;
}

/**
 * What a word names: a cluster or, as docker-machine's users write it, a host of one. Without a
 * word the only cluster is meant.
 */
export async function findSubject(
  word: string | undefined,
  context: ActionContext,
): Promise<Subject> {
  if (word === undefined) {
    return { record: await requireCluster(undefined, context), host: undefined };
  }
  const stored = await context.home.list();
  const isCluster = stored.some(({ name }) => name === word);
  const hosts = stored.flatMap((each) => ('record' in each ? each.record.hosts : []));
  if (!isCluster && hosts.some(({ name }) => name === word)) {
    return findHost(word, undefined, context);
  }
  try {
    return { record: await requireCluster(word, context), host: undefined };
  } catch (error) {
    if (!(error instanceof SwarmctlError) || error.code !== 'NO_CLUSTER' || isCluster) throw error;
    const meant = closest(
      word,
      [...stored, ...hosts].map(({ name }) => name),
    );
    throw new SwarmctlError(
      'NO_CLUSTER',
      `there is no cluster and no host ${word}${meant === undefined ? '' : `; did you mean ${meant}?`}`,
      {
        suggestions: [...error.suggestions, `swarmctl create ${word} --discovery etcd --nodes 3`],
        cause: error,
      },
    );
  }
}

/** The same of several words, each looked up before any of them counts; of none, the only cluster. */
export function findSubjects(words: readonly string[], context: ActionContext): Promise<Subject[]> {
  const meant = words.length === 0 ? [undefined] : words;
  return Promise.all(meant.map((word) => findSubject(word, context)));
}
