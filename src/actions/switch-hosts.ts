import { isLocal, type ClusterRecord, type Host } from '../cluster/record.ts';
import { SwarmctlError } from '../errors.ts';
import { runPlan } from '../plan/run-plan.ts';
import { filterPlan, type Plan } from '../plan/step.ts';
import { NODES_HEALTHY } from '../steps/await-nodes.ts';
import { stopHost } from '../steps/stop-host.ts';
import type { World } from '../steps/world.ts';
import { NotYet, poll } from '../util/poll.ts';
import { clusterPlan } from './cluster-plan.ts';
import type { ActionContext } from './context.ts';
import { findSubjects } from './find-subject.ts';
import { inspectWorld } from './inspect-cluster.ts';
import { seldomNoted } from './open-servers.ts';
import { openWorld } from './open-world.ts';
import { servicesOn } from './services-on.ts';

export type Switch = 'start' | 'stop' | 'restart';

interface Wanted {
  readonly how: Switch;
  /** Names of clusters and hosts; none: the only cluster. */
  readonly names: readonly string[];
  readonly concurrency: number;
  /** Milliseconds to wait for another process that changes a cluster. */
  readonly lockWait: number | undefined;
}

/** What became of the hosts of one cluster. */
export interface Switched {
  readonly cluster: string;
  readonly hosts: readonly string[];
  /** Whether anything had to be done. */
  readonly changed: boolean;
  /** Of the hosts those that run on, because only swarm's containers on them are ours. */
  readonly servers: readonly string[];
}

/** Hosts of one cluster. */
interface Group {
  readonly record: ClusterRecord;
  /** Undefined for all of them. */
  readonly only: ReadonlySet<string> | undefined;
}

/** Starts, stops or restarts hosts; a start ends when the manager calls them Healthy. */
export async function switchHosts(wanted: Wanted, context: ActionContext): Promise<Switched[]> {
  const groups = await groupsOf(wanted.names, context);
  const { signal } = context;
  const lock = { signal, wait: wanted.lockWait, onWaiting: seldomNoted(context) };
  const switched: Switched[] = [];
  for (const group of groups) {
    const { name } = group.record.spec;
    switched.push(
      await context.home.whileChanging(name, lock, () => switchGroup(group, wanted, context)),
    );
  }
  return switched;
}

/** Every name is looked up before anything is switched. */
async function groupsOf(names: readonly string[], context: ActionContext): Promise<Group[]> {
  const subjects = await findSubjects(names, context);
  const groups = new Map<string, Group>();
  for (const { record, host } of subjects) {
    const { name } = record.spec;
    const known = groups.get(name);
    const all = !host || (known && !known.only);
    groups.set(name, {
      record,
      only: all ? undefined : new Set([...(known?.only ?? []), host.name]),
    });
  }
  return [...groups.values()];
}

async function switchGroup(
  { record, only }: Group,
  { how, concurrency }: Wanted,
  context: ActionContext,
): Promise<Switched> {
  const { name } = record.spec;
  if (!(await context.home.cluster(name).exists())) {
    throw new SwarmctlError('STATE', `the state of ${name} is not on this machine`, {
      suggestions: [`${how} it where it was made, or swarmctl destroy ${name} and create it anew`],
    });
  }
  const world = await openWorld(record, context);
  try {
    const hosts = record.hosts.filter((host) => only?.has(host.name) ?? true);
    const { progress, signal } = context;
    const { journal } = world.folder;
    await journal.open();
    const run = { journal, progress, concurrency, signal };
    const changed: string[] = [];
    if (how !== 'start') changed.push(...(await runPlan(stopPlan(world, hosts), run)));
    if (how !== 'stop') {
      changed.push(...(await runPlan(startPlan(world, only), run)));
      if (only) await awaitWell(world, only, context);
    }
    return {
      cluster: name,
      hosts: hosts.map((host) => host.name),
      changed: changed.length > 0,
      servers: hosts.filter((host) => !isLocal(host)).map((host) => host.name),
    };
  } finally {
    await world.dispose();
  }
}

function stopPlan(world: World, hosts: readonly Host[]): Plan {
  const lanes = hosts.map((host) => ({
    title: host.name,
    steps: [stopHost(world, host, servicesOn(host, world))],
  }));
  return [{ title: 'Hosts', lanes }];
}

/** What `create` would do of a cluster that is there; of some hosts, only what is on them. */
function startPlan(world: World, only: ReadonlySet<string> | undefined): Plan {
  const plan = clusterPlan(world);
  if (!only) return plan;
  // The others may well be stopped.
  return filterPlan(
    plan,
    ({ id, host }) => host !== undefined && only.has(host) && id !== NODES_HEALTHY,
  );
}

async function awaitWell(
  world: World,
  names: ReadonlySet<string>,
  context: ActionContext,
): Promise<void> {
  const { signal, remaining } = context;
  const wait = {
    what: `${[...names].join(', ')} to be well`,
    code: 'NOT_HEALTHY' as const,
    deadline: remaining(),
    signal,
    suggestions: [`swarmctl status ${world.record.spec.name}`],
    onWaiting: seldomNoted(context),
  };
  await poll(wait, async (attempt) => {
    const { master, nodes } = await inspectWorld(world, attempt);
    const bad = [...(master ? [master] : []), ...nodes].filter(
      ({ name, status, reason }) =>
        names.has(name) && (reason !== '' || !['Healthy', 'Running'].includes(status)),
    );
    if (bad.length === 0) return;
    throw new NotYet(
      bad.map(({ name, status, reason }) => `${name} (${status}): ${reason}`).join('; '),
    );
  });
}
