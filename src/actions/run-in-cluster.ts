import type { ClusterRecord } from '../cluster/record.ts';
import { SwarmctlError, reasonOf, retold } from '../errors.ts';
import { clusterEnvironment, VARIABLES } from './cluster-environment.ts';
import type { ClusterRequest } from './cluster-request.ts';
import type { ActionContext } from './context.ts';
import { createCluster } from './create-cluster.ts';
import { removeOwn } from './remove-own.ts';

interface RunOptions<T> {
  readonly request: ClusterRequest;
  readonly ignored: readonly string[];
  readonly concurrency: number;
  /** Told of the cluster when it is laid out, and nothing of it is made yet. */
  readonly onLaidOut: (record: ClusterRecord) => void;
  /** What the cluster is made for, given the environment that points at it. */
  readonly work: (env: NodeJS.ProcessEnv) => Promise<T>;
  /** How that ended, for whoever reads that the cluster could not be removed. */
  readonly sayEnd: (outcome: T) => string;
}

/**
 * Makes a cluster that was not there, does the work with it, and removes it whatever became of the
 * work. Only the creation heeds the context's signal and its time.
 */
export async function runInCluster<T>(
  { request, ignored, concurrency, onLaidOut, work, sayEnd }: RunOptions<T>,
  context: ActionContext,
): Promise<T> {
  const { name } = request.spec;
  let createdAt = '';
  await createCluster(
    {
      ...{ request, ignored, concurrency },
      onLaidOut: (record) => {
        createdAt = record.createdAt;
        onLaidOut(record);
      },
      ifExists: 'fail',
      onFailure: 'rollback',
      confirm: () => Promise.resolve(false),
      confirmChange: { possible: false, ask: () => Promise.resolve(false) },
      lockWait: undefined,
    },
    context,
  );
  const remove = async () => {
    context.note(`removing cluster ${name}`);
    await removeOwn({ name, createdAt, concurrency }, context);
  };
  let outcome: T;
  try {
    const variables = await clusterEnvironment(name, context);
    context.signal.throwIfAborted();
    outcome = await work(pointedAt(variables, context.env));
  } catch (error) {
    await remove().catch((second: unknown) => {
      const more = second instanceof SwarmctlError ? second.suggestions : [];
      throw retold(error, `${reasonOf(error)}\n${reasonOf(second)}`, more);
    });
    throw error;
  }
  await remove().catch((error: unknown) => {
    throw retold(error, `${sayEnd(outcome)}, but its cluster is not gone: ${reasonOf(error)}`);
  });
  return outcome;
}

/** The environment with what `env` sets, and without what it would clear. */
function pointedAt(
  variables: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const others = Object.entries(env).filter(
    ([name]) => !(VARIABLES as readonly string[]).includes(name),
  );
  return { ...Object.fromEntries(others), ...variables };
}
