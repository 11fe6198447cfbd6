import { readFile } from 'node:fs/promises';
import { managerUrl } from '../hosts/access.ts';
import type { Change } from '../cluster/changes.ts';
import type { ClusterRecord } from '../cluster/record.ts';
import type { ClusterSpec } from '../cluster/spec.ts';
import { SwarmctlError, reasonOf, retold } from '../errors.ts';
import { readArchive } from '../images/archive.ts';
import { leftInPlace } from '../plan/run-plan.ts';
import { refuseErrors } from '../preflight/run-checks.ts';
import { agreeToChange, CHANGE, requireChangeable, type ConfirmChange } from './change-cluster.ts';
import { clusterPlan } from './cluster-plan.ts';
import type { ActionContext } from './context.ts';
import { destroyLocked, type ConfirmRemoval } from './destroy-cluster.ts';
import { inspectWorld } from './inspect-cluster.ts';
import { requireOuter } from './locate.ts';
import { keepingEvidence } from './keep-evidence.ts';
import { layOutCluster, type ReadArchives } from './lay-out-cluster.ts';
import { seldomNoted } from './open-servers.ts';
import { openWorld, type OpenWorld } from './open-world.ts';
import { rollBack } from './roll-back.ts';
import { runEnough } from './run-enough.ts';
import { checkedSpec, type ClusterRequest } from './cluster-request.ts';
import type { ClusterStatus } from '../health/status.ts';

interface CreateOptions {
  readonly request: ClusterRequest;
  /** Names of checks whose errors are only told. */
  readonly ignored?: readonly string[];
  /** Hosts worked on at the same time. */
  readonly concurrency: number;
  /** What becomes of a cluster of that name. */
  readonly ifExists: IfExists;
  /** Asked before one is replaced; see DestroyOptions. */
  readonly confirm: ConfirmRemoval;
  /** Asked before one that is there is changed. */
  readonly confirmChange: ConfirmChange;
  /** What becomes of a cluster that this run began and could not finish. */
  readonly onFailure: OnFailure;
  /** Healthy nodes that are enough when others fail; undefined when none may. */
  readonly minNodes?: number | undefined;
  /** Told of a new cluster when it is laid out, and nothing of it is made yet. */
  readonly onLaidOut?: ((record: ClusterRecord) => void) | undefined;
  /** Milliseconds to wait for another process that changes the cluster. */
  readonly lockWait: number | undefined;
}

type OnFailure = 'keep' | 'rollback';

type IfExists = 'reuse' | 'fail' | 'replace';

export interface CreateResult {
  /** Whether anything had to be done. */
  readonly changed: boolean;
  readonly managerUrl: string;
  readonly status: ClusterStatus;
  /** Whether all nodes are healthy, or as many as the person is content with. */
  readonly enough: boolean;
}

/** Makes a cluster, finishes one that was begun, or changes one that has another spec. */
export async function createCluster(
  options: CreateOptions,
  context: ActionContext,
): Promise<CreateResult> {
  const spec = await checkedSpec(options.request);
  if ((options.minNodes ?? 0) > spec.nodes) {
    throw new SwarmctlError(
      'USAGE',
      `--min-nodes ${options.minNodes}: there are ${spec.nodes} nodes`,
    );
  }
  const { signal } = context;
  const lock = { signal, wait: options.lockWait, onWaiting: seldomNoted(context) };
  return context.home.whileChanging(spec.name, lock, async () => {
    await makeRoom(spec.name, options, context);
    const begunBefore = await context.home.cluster(spec.name).exists();
    // What was there before this run is never taken back.
    const keeps = options.onFailure === 'keep' || begunBefore;
    try {
      return await converge({ ...options, spec, keeps }, context);
    } catch (error) {
      if (keeps) throw error;
      throw await rollBack(spec.name, error, options.concurrency, context);
    }
  });
}

/** What was asked to become of a cluster of that name, half-made ones included. */
async function makeRoom(
  name: string,
  { ifExists, confirm, concurrency }: CreateOptions,
  context: ActionContext,
): Promise<void> {
  if (ifExists === 'reuse' || !(await context.home.cluster(name).exists())) return;
  if (ifExists === 'fail') {
    throw new SwarmctlError('CLUSTER_EXISTS', `cluster ${name} exists; nothing was changed`, {
      suggestions: [
        `swarmctl status ${name}`,
        'without --if-exists fail, the same create finishes it',
      ],
    });
  }
  const removal = { concurrency, confirm, unreachable: 'refuse' } as const;
  const gone = await destroyLocked(name, removal, context);
  if (gone.outcome !== 'declined') return;
  throw new SwarmctlError('INTERRUPTED', `cluster ${name} stays as it is; nothing was changed`);
}

async function converge(options: Converging, context: ActionContext): Promise<CreateResult> {
  const { world, changes } = await openRequested(options, context);
  try {
    const { record } = world;
    if (changes.length > 0) {
      await agreeToChange(world, changes, options.confirmChange, context.signal);
      await world.folder.journal.open();
      await world.folder.journal.note(CHANGE, 'begun');
    }
    const changed = await makeWhatIsMissing(world, options, context);
    const seen = await inspectWorld(world, context.signal);
    // A connection may have been lost since: the second look makes it anew.
    const status = seen.health === 'healthy' ? seen : await inspectWorld(world, context.signal);
    const { minNodes = Infinity } = options;
    const enough = healthyNodes(status) >= minNodes || status.health === 'healthy';
    return { changed, managerUrl: managerUrl(record), status, enough };
  } finally {
    await world.dispose();
  }
}

interface Converging extends Pick<
  CreateOptions,
  'request' | 'ignored' | 'concurrency' | 'confirmChange' | 'minNodes' | 'onLaidOut'
> {
  readonly spec: ClusterSpec;
  /** Whether what is made stays after a failure. */
  readonly keeps: boolean;
}

interface Requested extends Pick<CreateOptions, 'request' | 'ignored' | 'minNodes' | 'onLaidOut'> {
  readonly spec: ClusterSpec;
}

/**
 * The world of the cluster that is asked for: as it was laid out, or laid out now. With `onlyLook`
 * nothing is written down; nor are the changes of a cluster that is there.
 */
export async function openRequested(
  { request, spec, ignored = [], minNodes, onLaidOut }: Requested,
  context: ActionContext,
  onlyLook = false,
): Promise<{ world: OpenWorld; changes: Change[] }> {
  const was = await context.home.cluster(spec.name).readRecord();
  const changes = was ? requireChangeable(was, spec) : [];
  const reading = readArchives(request.imageArchives);
  const ssh = was?.ssh ?? request.ssh;
  const ground =
    was && changes.length === 0
      ? { record: { ...was, spec } }
      : await layOutCluster(
          {
            ...{ spec, ssh, caKey: await readCaKey(request.caKeyFile), reading, ignored, was },
            onLaidOut,
          },
          context,
          onlyLook,
        );
  const { archives, problems } = await reading;
  refuseErrors(problems);

  const world = await openWorld(ground.record, context, { ...ground, archives, minNodes });
  try {
    if (was) await requireOuter(world, context);
    return { world, changes };
  } catch (error) {
    await world.dispose();
    throw error;
  }
}

/** The key of the CA of engines that were there before. */
export async function readCaKey(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw new SwarmctlError('USAGE', `--tls-ca-key ${file}: ${reasonOf(error)}`, { cause: error });
  });
}

/** The archives, as far as they can be read. */
export async function readArchives(files: readonly string[]): Promise<ReadArchives> {
  const outcomes = await Promise.allSettled(files.map(readArchive));
  return {
    archives: outcomes.flatMap((o) => (o.status === 'fulfilled' ? [o.value] : [])),
    problems: outcomes.flatMap((o) =>
      o.status === 'rejected'
        ? [
            {
              check: 'images',
              level: 'error' as const,
              problem: reasonOf(o.reason),
              fix: 'make the archive with: docker save --output FILE IMAGE:TAG…',
            },
          ]
        : [],
    ),
  };
}

/** Runs the plan; whether anything had to be done. */
async function makeWhatIsMissing(
  world: OpenWorld,
  { concurrency, keeps }: Converging,
  context: ActionContext,
): Promise<boolean> {
  const { name } = world.record.spec;
  const plan = clusterPlan(world);
  const { journal } = world.folder;
  try {
    await journal.open();
    const { progress, signal } = context;
    const subject = { name, record: world.record };
    const { changed, missing } = await keepingEvidence(subject, context, () =>
      runEnough(plan, world, { journal, progress, concurrency, signal }),
    );
    for (const reason of missing.values()) context.warn(`goes on without a node: ${reason}`);
    // What an earlier run began and could not end, this one has found done.
    for (const { step: id, host } of await journal.unfinished()) {
      if (host !== undefined && missing.has(host)) continue;
      await journal.note({ id, ...(host !== undefined && { host }) }, 'done');
    }
    return changed.length > 0;
  } catch (error) {
    if (!keeps) throw error;
    const left = leftInPlace(plan, await journal.read()).map((step) => step.id);
    if (left.length === 0) throw retold(error, reasonOf(error));
    throw retold(error, reasonOf(error), [
      `left in place: ${left.join(', ')}`,
      `run the same create again to go on, or swarmctl destroy ${name} to remove it`,
    ]);
  }
}

function healthyNodes({ nodes }: ClusterStatus): number {
  return nodes.filter(({ status, reason }) => status === 'Healthy' && reason === '').length;
}
