import { isLocal, withLeaving, type ClusterRecord } from '../cluster/record.ts';
import { placeOf } from '../discovery/discovery.ts';
import { SwarmctlError, reasonOf } from '../errors.ts';
import { leftoversOf, removeByLabel } from '../hosts/local/leftovers.ts';
import type { World } from '../steps/world.ts';
import { limited } from '../util/abort.ts';
import { undoPlan } from '../plan/run-plan.ts';
import { clusterPlan } from './cluster-plan.ts';
import type { ActionContext } from './context.ts';
import { findCluster, type FoundCluster } from './find-cluster.ts';
import { keepingEvidence } from './keep-evidence.ts';
import { openOuter, requireOuter } from './locate.ts';
import { seldomNoted } from './open-servers.ts';
import { openWorld } from './open-world.ts';

/** Milliseconds. */
const STORE_DEADLINE = 10_000;

/** Shown what will go and what stays; rejects or returns false to leave everything as it is. */
export type ConfirmRemoval = (
  cluster: string,
  goes: readonly string[],
  stays: string,
) => Promise<boolean>;

interface DestroyOptions extends Removal {
  readonly name: string | undefined;
  /** Milliseconds to wait for another process that changes the cluster. */
  readonly lockWait: number | undefined;
}

interface Removal {
  readonly concurrency: number;
  /** Whether what the cluster has in a store that stays is left there. */
  readonly keepEntries: boolean;
  /** Whether Docker goes from servers where swarmctl has installed it. */
  readonly removesEngines: boolean;
  readonly confirm: ConfirmRemoval;
}

export interface DestroyResult {
  readonly name: string;
  readonly outcome: 'destroyed' | 'unknown' | 'declined';
  readonly removed: string[];
  /** Images that were fetched to the person's engine and stay there. */
  readonly imagesKept: string[];
}

/** Removes a cluster and everything of it, and looks whether that is so. */
export async function destroyCluster(
  options: DestroyOptions,
  context: ActionContext,
): Promise<DestroyResult> {
  const found = await findCluster(options.name, context);
  const { signal } = context;
  const lock = { signal, wait: options.lockWait, onWaiting: seldomNoted(context) };
  return context.home.whileChanging(found.name, lock, async () => {
    // Whoever was waited for may have left another state than there was.
    const now = found.problem === '' ? await findCluster(found.name, context) : found;
    return destroyFound(now, options, context);
  });
}

/** The same for whoever holds the cluster's lock already and goes on with its hosts. */
export async function destroyLocked(
  name: string,
  options: Pick<Removal, 'concurrency' | 'confirm'>,
  context: ActionContext,
): Promise<DestroyResult> {
  const removal = { ...options, keepEntries: false, removesEngines: false };
  return destroyFound(await findCluster(name, context), removal, context);
}

async function destroyFound(
  found: FoundCluster,
  options: Removal,
  context: ActionContext,
): Promise<DestroyResult> {
  return found.record
    ? destroyKnown(withLeaving(found.record), options, context)
    : destroyRemains(found.name, options, context);
}

async function destroyKnown(
  record: ClusterRecord,
  options: Removal,
  context: ActionContext,
): Promise<DestroyResult> {
  const { name } = record.spec;
  const world = await openWorld(record, context, { removesEngines: options.removesEngines });
  try {
    await requireOuter(world, context);
    const held = options.keepEntries ? '' : (world.discovery.existing?.holds(record) ?? '');
    if (held !== '') await requireStore(world, context);
    const goes = [
      ...(await objectsOf(world, context.signal)),
      ...(held === '' ? [] : [held]),
      ...(await filesOf(name, context)),
    ];
    const imagesKept = await presentImages(world, context.signal);
    if (!(await options.confirm(name, goes, world.local ? stays(imagesKept) : ''))) {
      return { name, outcome: 'declined', removed: [], imagesKept };
    }
    const { progress, signal } = context;
    await keepingEvidence({ name, record }, context, async () => {
      await undoPlan(clusterPlan(options.keepEntries ? withoutStore(world) : world), {
        journal: world.folder.journal,
        progress,
        concurrency: options.concurrency,
        signal,
      });
      await verifyGone(world, context);
    });
    return { name, outcome: 'destroyed', removed: goes, imagesKept };
  } finally {
    await world.dispose();
  }
}

/**
 * Fails while nothing is removed yet when the store that stays does not answer: the hosts go first,
 * and what opens it may be on them alone.
 */
async function requireStore(world: World, context: ActionContext): Promise<void> {
  const { discovery, record, store } = world;
  try {
    await discovery.ask(store, record, limited(context.signal, STORE_DEADLINE));
  } catch (error) {
    context.signal.throwIfAborted();
    throw new SwarmctlError(
      'DISCOVERY',
      `${placeOf(discovery, record)}, which holds ${discovery.existing?.holds(record) ?? ''}, does not serve; nothing was removed: ${reasonOf(error)}`,
      {
        cause: error,
        suggestions: [
          'make it answer, then destroy again',
          `swarmctl destroy ${record.spec.name} --keep-entries leaves there what is there`,
        ],
      },
    );
  }
}

function withoutStore(world: World): World {
  const { existing, ...discovery } = world.discovery;
  return existing ? { ...world, discovery } : world;
}

/** What is left of a cluster whose record is lost: labelled objects, or a folder. */
async function destroyRemains(
  name: string,
  options: Removal,
  context: ActionContext,
): Promise<DestroyResult> {
  const nothing = { name, removed: [], imagesKept: [] };
  const files = await filesOf(name, context);
  const { outer } = await openOuter(context);
  try {
    const goes = [...(await leftoversOf(outer, name, context.signal)), ...files];
    if (goes.length === 0) return { ...nothing, outcome: 'unknown' };
    if (files.length > 0) {
      context.warn(
        `the state of ${name} cannot be read; if its hosts are on another engine than ${outer.url}, point DOCKER_HOST at that one first`,
      );
    }
    if (!(await options.confirm(name, goes, stays([])))) return { ...nothing, outcome: 'declined' };
    await keepingEvidence({ name, record: undefined }, context, async () => {
      await removeByLabel(outer, name, context.signal);
      await context.home.cluster(name).remove();
      const left = [
        ...(await leftoversOf(outer, name, context.signal)),
        ...(await filesOf(name, context)),
      ];
      refuseLeftovers(name, left);
    });
    return { name, outcome: 'destroyed', removed: goes, imagesKept: [] };
  } finally {
    outer.close();
  }
}

async function filesOf(name: string, context: ActionContext): Promise<string[]> {
  const folder = context.home.cluster(name);
  return (await folder.exists()) ? [`folder ${folder.path}`] : [];
}

/** What carries the cluster's label on the engines that were there before it. */
async function objectsOf(world: World, signal: AbortSignal): Promise<string[]> {
  const { local, record, access } = world;
  const { name } = record.spec;
  const [here, ...there] = await Promise.all([
    local ? leftoversOf(local.outer, name, signal) : [],
    ...record.hosts
      .filter((host) => !isLocal(host))
      .map(async (host) => {
        const engine = await access.engineIfAny(host);
        const left = engine ? await leftoversOf(engine, name, signal) : [];
        return left.map((object) => `${object} on ${host.name}`);
      }),
  ]);
  return [...here, ...there.flat()];
}

async function presentImages({ record, local }: World, signal: AbortSignal): Promise<string[]> {
  if (!local) return [];
  const { node, swarm } = record.spec.images;
  const images = [
    ...new Set([node, swarm, ...(record.storeImage === null ? [] : [record.storeImage])]),
  ];
  const found = await Promise.all(images.map((image) => local.outer.findImage(image, signal)));
  return images.filter((_image, index) => found[index] !== undefined);
}

function stays(images: readonly string[]): string {
  return images.length === 0
    ? 'Images on your engine stay.'
    : `Images on your engine stay: ${images.join(', ')}.`;
}

/** Removes what a label still finds, then fails if anything is left after all. */
async function verifyGone(world: World, context: ActionContext): Promise<void> {
  const { signal } = context;
  const { name } = world.record.spec;
  if (world.local) await removeByLabel(world.local.outer, name, signal);
  refuseLeftovers(name, [...(await objectsOf(world, signal)), ...(await filesOf(name, context))]);
}

function refuseLeftovers(name: string, left: readonly string[]): void {
  if (left.length === 0) return;
  throw new SwarmctlError('LEFTOVERS', `still there after destroy: ${left.join(', ')}`, {
    suggestions: [
      `swarmctl destroy ${name}`,
      'remove them by hand with docker rm, volume rm, network rm',
    ],
  });
}
