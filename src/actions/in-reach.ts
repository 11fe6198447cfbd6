import { isLocal, type Host } from '../cluster/record.ts';
import { placeOf } from '../discovery/discovery.ts';
import { SwarmctlError, reasonOf } from '../errors.ts';
import { filterPlan, stepsOf, type Plan, type Step } from '../plan/step.ts';
import { ownerOf } from '../steps/owner-of.ts';
import type { World } from '../steps/world.ts';
import { limited } from '../util/abort.ts';
import { byHand, type LeftBehind } from './by-hand.ts';
import { clusterPlan } from './cluster-plan.ts';
import type { ActionContext } from './context.ts';
import { requireOuter } from './locate.ts';

/** Milliseconds that each may take to answer. */
const SERVER_DEADLINE = 15_000;
const STORE_DEADLINE = 10_000;

/** What of a cluster can be taken back now. */
export interface InReach {
  /** Without local hosts, or the store, where their engine, or it, is out of reach. */
  readonly world: World;
  /** The servers that answer and are still the cluster's. */
  readonly servers: readonly Host[];
  /** The plan of all that. */
  readonly plan: Plan;
  readonly left: readonly LeftBehind[];
}

/** Why something is out of reach; without an error it answers, but is another cluster's by now. */
interface Absence {
  readonly reason: string;
  readonly error?: unknown;
}

/**
 * Asks all that a cluster consists of whether it is there. `keepEntries`: whatever it has in a store
 * that stays is left there anyhow.
 */
export async function inReach(
  whole: World,
  keepEntries: boolean,
  context: ActionContext,
): Promise<InReach> {
  const { record } = whole;
  const remote = record.hosts.filter((host) => !isLocal(host));
  const [engine, store, ...servers] = await Promise.all([
    absence(() => requireOuter(whole, context), context),
    keepEntries ? undefined : absence(() => requireStore(whole, context), context),
    ...remote.map((host) => absence(() => otherOwner(whole, host, context.signal), context)),
  ]);
  const absent = new Set(
    record.hosts.filter((host) => (isLocal(host) ? engine : servers[remote.indexOf(host)])),
  );
  const names = new Set([...absent].map(({ name }) => name));
  const world = {
    ...whole,
    ...(engine && { local: undefined }),
    ...((keepEntries || store) && { discovery: withoutStore(whole) }),
  };
  const steps = stepsOf(clusterPlan(whole));
  const plan = filterPlan(clusterPlan(world), ({ host = '' }) => !names.has(host));
  const ids = new Set(stepsOf(plan).map(({ id }) => id));
  const lost = steps.filter(({ id }) => !ids.has(id));
  return {
    world,
    servers: remote.filter((host) => !absent.has(host)),
    plan,
    left: [
      ...remote.flatMap((host, index) => {
        const why = servers[index];
        if (!why) return [];
        const own = lost.filter((step) => step.host === host.name);
        return [{ ...why, host: host.name, commands: why.error ? byHand(own) : [] }];
      }),
      ...(engine
        ? [{ ...engine, host: null, commands: byHand(lost.filter((step) => !isOf(step, remote))) }]
        : []),
      ...(store ? [{ ...store, host: null, commands: [] }] : []),
    ],
  };
}

function isOf(step: Step, hosts: readonly Host[]): boolean {
  return hosts.some(({ name }) => name === step.host);
}

/** Fails with everything that does not answer; `name` is the cluster's. */
export function requireAll(name: string, { left }: InReach): void {
  const silent = left.filter(({ error }) => error !== undefined);
  if (silent.length === 0) return;
  const known = silent.flatMap(({ error }) => (error instanceof SwarmctlError ? [error] : []));
  const reasons = silent.map(({ host, reason }) => (host ? `${host}: ${reason}` : reason));
  throw new SwarmctlError(
    known[0]?.code ?? 'ENGINE_UNREACHABLE',
    [...new Set(reasons), 'nothing was removed'].join('\n'),
    {
      host: silent[0]?.host ?? undefined,
      cause: silent[0]?.error,
      suggestions: [
        ...new Set(known.flatMap(({ suggestions }) => suggestions)),
        `swarmctl destroy ${name} --force removes the rest, and says what is left`,
      ],
    },
  );
}

async function absence(
  ask: () => Promise<unknown>,
  { signal }: ActionContext,
): Promise<Absence | undefined> {
  try {
    const reason = await ask();
    return typeof reason === 'string' ? { reason } : undefined;
  } catch (error) {
    signal.throwIfAborted();
    return { reason: reasonOf(error), error };
  }
}

/** Whose a server is by now, if not this cluster's: of the same name there may be another. */
async function otherOwner(
  world: World,
  host: Host,
  signal: AbortSignal,
): Promise<string | undefined> {
  const owner = await ownerOf(world, host, limited(signal, SERVER_DEADLINE));
  return owner && !owner.ours ? `it belongs to another cluster ${owner.cluster} by now` : undefined;
}

/** Fails when a store that stays does not answer: what opens it may be on the hosts alone. */
async function requireStore(world: World, { signal }: ActionContext): Promise<void> {
  const { discovery, record, store } = world;
  const held = discovery.existing?.holds(record) ?? '';
  if (held === '') return;
  try {
    await discovery.ask(store, record, limited(signal, STORE_DEADLINE));
  } catch (error) {
    signal.throwIfAborted();
    throw new SwarmctlError(
      'DISCOVERY',
      `${placeOf(discovery, record)}, which holds ${held}, does not serve: ${reasonOf(error)}`,
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

function withoutStore({ discovery }: World): World['discovery'] {
  const { existing, ...others } = discovery;
  return existing ? others : discovery;
}
