import { diagnose, type HostFacts, type View } from '../health/diagnose.ts';
import { OLDEST_API } from '../cluster/limits.ts';
import { masterOf, type Host } from '../cluster/record.ts';
import type { ClusterStatus } from '../health/status.ts';
import { placeOf } from '../discovery/discovery.ts';
import { EngineError } from '../engine/engine-error.ts';
import { peerCertificate } from '../engine/peer-certificate.ts';
import { reasonOf } from '../errors.ts';
import { managerUrl } from '../hosts/access.ts';
import { LABEL } from '../hosts/labels.ts';
import type { World } from '../steps/world.ts';
import { inspectCertificate } from '../pki/index.ts';
import { parseSwarmInfo } from '../swarm/info.ts';
import { whyServiceStopped } from '../steps/why-service-stopped.ts';
import type { Note } from '../state/journal.ts';
import { AGENT } from '../swarm/services.ts';
import { abortable, limited } from '../util/abort.ts';
import { NotYet, poll } from '../util/poll.ts';
import { redact } from '../util/redact.ts';
import { CHANGE } from './change-cluster.ts';
import type { ActionContext } from './context.ts';
import { clusterExpiry } from './cluster-expiry.ts';
import { seldomNoted } from './open-servers.ts';
import { servicesOn } from './services-on.ts';
import { withCluster } from './with-cluster.ts';

/** How long each view may take before it counts as "does not answer"; shorter than a poll's probe. */
const VIEW_DEADLINE = 4000;
/** Shorter: a server that does not let us in says why before that. */
const CONNECT_DEADLINE = 3000;

/**
 * Asks manager, engines, containers and store, all at once, and joins what they say; where that is
 * not well, with what was left unfinished first, as the likely reason.
 */
export async function inspectCluster(
  name: string | undefined,
  context: ActionContext,
): Promise<ClusterStatus> {
  const inspect = async (world: World): Promise<ClusterStatus> => {
    const status = await inspectWorld(world, context.signal);
    const unfinished = await world.folder.journal.unfinished();
    const isChanging = unfinished.some(({ step }) => step === CHANGE.id);
    if (status.health === 'healthy' && !isChanging) return status;
    const health = status.health === 'healthy' ? 'degraded' : status.health;
    const problems = [...(await unfinishedWork(world, context)), ...status.problems];
    return { ...status, health, problems };
  };
  return withCluster(name, context, inspect, CONNECT_DEADLINE);
}

/** Who is changing the cluster or, if nobody is, what its journal says was begun and never ended. */
async function unfinishedWork({ record, folder }: World, { home }: ActionContext) {
  const { name } = record.spec;
  const lock = await home.lockOf(name);
  if (lock?.held && lock.owner) {
    const { pid, machine, since } = lock.owner;
    return [`process ${pid} on ${machine} has been changing it since ${since}`];
  }
  const unfinished = await folder.journal.unfinished();
  if (unfinished.length === 0) return [];
  const isDestroyed = unfinished.some(({ state }) => TOLD_OF_DESTROY.includes(state));
  const half = isDestroyed ? 'half-destroyed' : 'half-made';
  return [
    ...unfinished.flatMap((note) => {
      const what = sayUnfinished(note);
      const log = note.log === undefined ? '' : ` (log: ${note.log})`;
      return what === undefined ? [] : [`${half}: step "${note.step}" ${what}${log}`];
    }),
    isDestroyed
      ? `half-destroyed: swarmctl destroy ${name} removes the rest, the same create makes it whole`
      : `half-made: the same create finishes it, swarmctl destroy ${name} removes it`,
  ];
}

const TOLD_OF_DESTROY = ['undoing', 'stuck', 'undone'];

function sayUnfinished({ state, reason = 'for a reason not noted' }: Note): string | undefined {
  switch (state) {
    case 'begun':
      return 'was begun and did not end';
    case 'failed':
      return `failed: ${reason}`;
    case 'undoing':
      return 'was being taken back, and that did not end';
    case 'stuck':
      return `could not be taken back: ${reason}`;
    default:
      return undefined;
  }
}

/** Waits until the cluster is healthy; fails with what is wrong when the time is over. */
export async function awaitHealthy(
  name: string | undefined,
  context: ActionContext,
): Promise<ClusterStatus> {
  return withCluster(name, context, (world) => {
    const wait = {
      what: `cluster ${world.record.spec.name} to be healthy`,
      code: 'NOT_HEALTHY' as const,
      deadline: context.remaining(),
      signal: context.signal,
      onWaiting: seldomNoted(context),
    };
    return poll(wait, async (signal) => {
      const status = await inspectWorld(world, signal);
      if (status.health !== 'healthy') throw new NotYet(status.problems.join('; '));
      return status;
    });
  });
}

/** The same of a cluster whose world is open. */
export async function inspectWorld(world: World, signal: AbortSignal): Promise<ClusterStatus> {
  const { record, discovery } = world;
  const deadline = limited(signal, VIEW_DEADLINE);
  const [outer, manager, store, expires, hosts] = await Promise.all([
    viewOuter(world, deadline),
    viewManager(world, deadline),
    view(deadline, () => discovery.ask(world.store, record, deadline)),
    abortable(clusterExpiry(world, deadline), deadline).catch(() => undefined),
    Promise.all(record.hosts.map((host) => viewHost(world, host, deadline))),
  ]);
  signal.throwIfAborted();
  return diagnose({
    record,
    managerUrl: managerUrl(record),
    discovery: {
      kind: discovery.kind,
      url: redact(discovery.wiring(record).url),
      place: placeOf(discovery, record),
    },
    ...(outer && { outer }),
    manager,
    store,
    hosts,
    expires: expires ?? null,
    agent: AGENT,
  });
}

function viewOuter({ local }: World, deadline: AbortSignal) {
  return local && view(deadline, () => local.outer.version(deadline));
}

async function viewManager({ access, record }: World, deadline: AbortSignal) {
  return view(deadline, async () => {
    const [manager, engine] = await Promise.all([
      access.manager(),
      access.engine(masterOf(record)),
    ]);
    const [version, info, image] = await Promise.all([
      manager.version(deadline),
      manager.info(deadline),
      engine.findImage(record.spec.images.swarm, deadline).catch(() => undefined),
    ]);
    const swarm = parseSwarmInfo(info.SystemStatus);
    if (!swarm) throw new Error('what answers is an engine, not a swarm manager');
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- an image without labels has null there, whatever its type says
    const standIn = image?.Config.Labels?.[LABEL.standIn] === 'true';
    return { version: version.Version, standIn, swarm };
  });
}

async function viewHost(world: World, host: Host, deadline: AbortSignal): Promise<HostFacts> {
  const { hosts, access } = world;
  const [stopped, engine, stoppedServices] = await Promise.all([
    // An outer engine that does not answer says nothing of the host.
    hosts.whyStopped(host, deadline).catch(() => undefined),
    view(deadline, async () => {
      const client = await access.engine(host);
      const [version, certificate] = await Promise.all([
        client.version(deadline),
        access
          .tlsEndpoint(host)
          .then((endpoint) => peerCertificate(endpoint, deadline))
          .catch(() => undefined),
      ]);
      return {
        version: version.Version,
        apiVersion: version.ApiVersion,
        minApiVersion: version.MinAPIVersion ?? OLDEST_API,
        certificateDaysLeft:
          certificate === undefined ? undefined : inspectCertificate(certificate).daysLeft,
      };
    }),
    viewServices(world, host, servicesOn(host, world), deadline),
  ]);
  return { host, stopped, engine, stoppedServices };
}

/** Why containers of ours on a host do not run; empty when they do or cannot be asked. */
async function viewServices(
  world: World,
  host: Host,
  services: readonly string[],
  deadline: AbortSignal,
): Promise<Map<string, string>> {
  const reasons = await Promise.all(
    services.map(async (service): Promise<[string, string][]> => {
      const reason = await whyServiceStopped(world, host, service, deadline).catch(() => undefined);
      return reason === undefined ? [] : [[service, reason]];
    }),
  );
  return new Map(reasons.flat());
}

async function view<T extends object>(
  deadline: AbortSignal,
  ask: () => Promise<T>,
): Promise<View<T>> {
  try {
    return { up: true, ...(await abortable(ask(), deadline)) };
  } catch (error) {
    if (deadline.aborted) return { up: false, reason: 'no answer within 4 s', cause: 'connection' };
    return { up: false, reason: reasonOf(error), cause: causeOf(error) };
  }
}

function causeOf(error: unknown) {
  const code = error instanceof EngineError ? (error.code ?? '') : '';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'name';
  if (/^(ERR_SSL|ERR_TLS|CERT_|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO)/.test(code)) return 'tls';
  if (/^E[A-Z]+$/.test(code)) return 'connection';
  return 'other';
}
