import { withLeaving, type ClusterRecord } from '../cluster/record.ts';
import { dockerConfigFolder } from '../engine/docker-context.ts';
import { SwarmctlError, isInterruption, reasonOf, retold } from '../errors.ts';
import { leftoversOf, removeByLabel } from '../hosts/local/leftovers.ts';
import type { World } from '../steps/world.ts';
import {
  contextOf,
  contextOfFolder,
  dropDockerContext,
  hasDockerContext,
} from '../steps/docker-context.ts';
import { leftInPlace, undoPlan } from '../plan/run-plan.ts';
import { filterPlan } from '../plan/step.ts';
import { sayByHand, sayCommand, type LeftBehind } from './by-hand.ts';
import type { ActionContext } from './context.ts';
import { findCluster, type FoundCluster } from './find-cluster.ts';
import { keepingEvidence } from './keep-evidence.ts';
import { inReach, requireAll, type InReach } from './in-reach.ts';
import { openOuter } from './locate.ts';
import { seldomNoted } from './open-servers.ts';
import { openWorld } from './open-world.ts';

/** Milliseconds that a server may take to let us in where the others go on without it. */
const PATIENCE = 20_000;

/** The step that goes last, and what goes with it. */
const RECORD = 'record';

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
  /**
   * When servers, the engine or the store do not answer: nothing is removed, the rest is and they
   * stay known, or the rest is and they are forgotten.
   */
  readonly unreachable: 'refuse' | 'skip' | 'forget';
}

export interface DestroyResult {
  readonly name: string;
  readonly outcome: 'destroyed' | 'unknown' | 'declined';
  readonly removed: string[];
  /** Images that were fetched to the person's engine and stay there. */
  readonly imagesKept: string[];
  /** What could not be reached, and is not known any more. */
  readonly left: LeftBehind[];
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
    const gone = await destroyFound(now, options, context);
    await context.home.removeDeadLocks();
    return gone;
  });
}

/** The same for whoever holds the cluster's lock already and goes on with its hosts. */
export async function destroyLocked(
  name: string,
  options: Pick<Removal, 'concurrency' | 'confirm' | 'unreachable'>,
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
  const { removesEngines, unreachable } = options;
  const patience = unreachable === 'refuse' ? {} : { patience: PATIENCE };
  const opened = await openWorld(record, context, { removesEngines, ...patience });
  try {
    const here = await inReach(opened, options.keepEntries, context);
    if (unreachable === 'refuse') requireAll(name, here);
    const { world, left } = here;
    const held = world.discovery.existing?.holds(record) ?? '';
    const goes = [
      ...(await objectsOf(here, context.signal)),
      ...(held === '' ? [] : [held]),
      ...(await dockerContexts(contextOf(record), world)),
      ...(await filesOf(name, context)),
    ];
    const imagesKept = await presentImages(world, context.signal);
    if (!(await options.confirm(name, goes, world.local ? stays(imagesKept) : ''))) {
      return { name, outcome: 'declined', removed: [], imagesKept, left: [] };
    }
    await keepingEvidence({ name, record }, context, () => takeBack(here, options, context));
    const told = left.map(({ host, reason, commands }) => ({ host, reason, commands }));
    return { name, outcome: 'destroyed', removed: goes, imagesKept, left: told };
  } finally {
    await opened.dispose();
  }
}

async function takeBack(
  here: InReach,
  { concurrency, unreachable }: Removal,
  context: ActionContext,
): Promise<void> {
  const { world, left } = here;
  const { name } = world.record.spec;
  const { journal } = world.folder;
  // Whoever comes back for what is left must know of it.
  const goesOn = unreachable === 'skip' && left.length > 0;
  const plan = filterPlan(here.plan, ({ id, within }) => !goesOn || ![id, within].includes(RECORD));
  const { progress, signal } = context;
  try {
    await undoPlan(plan, { journal, progress, concurrency, signal });
  } catch (error) {
    const stuck = leftInPlace(plan, await journal.read()).filter(({ within }) => !within);
    throw retold(error, reasonOf(error), [
      ...(isInterruption(error) ? [] : sayByHand(stuck)),
      `swarmctl destroy ${name} goes on with what is left`,
    ]);
  }
  if (world.local) await removeByLabel(world.local.outer, name, signal);
  const files = goesOn ? [] : await filesOf(name, context);
  refuseLeftovers(name, [...(await objectsOf(here, signal)), ...files]);
  if (!goesOn) return;
  const reasons = left.map(({ host, reason }) => (host ? `${host}: ${reason}` : reason));
  throw new SwarmctlError('LEFTOVERS', reasons.join('\n'), {
    suggestions: left.flatMap(({ host, commands }) =>
      commands.map((command) => sayCommand(host, command)),
    ),
  });
}

/** What is left of a cluster whose record is lost: labelled objects, or a folder. */
async function destroyRemains(
  name: string,
  options: Removal,
  context: ActionContext,
): Promise<DestroyResult> {
  const nothing = { name, removed: [], imagesKept: [], left: [] };
  const files = await filesOf(name, context);
  const folder = context.home.cluster(name);
  const docker = contextOfFolder(folder);
  const cli = { ...context, dockerConfig: dockerConfigFolder(context.env, context.userHome) };
  const { outer } = await openOuter(context);
  try {
    const goes = [
      ...(await leftoversOf(outer, name, context.signal)),
      ...(await dockerContexts(docker, cli)),
      ...files,
    ];
    if (goes.length === 0) {
      // A create that ended before it wrote anything down has noted the keys of its hosts.
      await folder.remove();
      return { ...nothing, outcome: 'unknown' };
    }
    if (files.length > 0) {
      context.warn(
        `the state of ${name} cannot be read; if its hosts are on another engine than ${outer.url}, point DOCKER_HOST at that one first`,
      );
    }
    if (!(await options.confirm(name, goes, stays([])))) return { ...nothing, outcome: 'declined' };
    await keepingEvidence({ name, record: undefined }, context, async () => {
      await removeByLabel(outer, name, context.signal);
      await dropDockerContext(docker, cli);
      await folder.remove();
      const left = [
        ...(await leftoversOf(outer, name, context.signal)),
        ...(await filesOf(name, context)),
      ];
      refuseLeftovers(name, left);
    });
    return { name, outcome: 'destroyed', removed: goes, imagesKept: [], left: [] };
  } finally {
    outer.close();
  }
}

async function dockerContexts(...known: Parameters<typeof hasDockerContext>): Promise<string[]> {
  return (await hasDockerContext(...known)) ? [`docker context ${known[0].name}`] : [];
}

async function filesOf(name: string, context: ActionContext): Promise<string[]> {
  const folder = context.home.cluster(name);
  return (await folder.exists()) ? [`folder ${folder.path}`] : [];
}

/** What carries the cluster's label on the engines that were there before it. */
async function objectsOf({ world, servers }: InReach, signal: AbortSignal): Promise<string[]> {
  const { local, record, access } = world;
  const { name } = record.spec;
  const [here, ...there] = await Promise.all([
    local ? leftoversOf(local.outer, name, signal) : [],
    ...servers.map(async (host) => {
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

function refuseLeftovers(name: string, left: readonly string[]): void {
  if (left.length === 0) return;
  throw new SwarmctlError('LEFTOVERS', `still there after destroy: ${left.join(', ')}`, {
    suggestions: [
      `swarmctl destroy ${name}`,
      'remove them by hand with docker rm, volume rm, network rm',
    ],
  });
}
