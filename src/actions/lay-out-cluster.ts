import { MANAGER_PORT } from '../cluster/limits.ts';
import { layOut, namedHosts, type NamedHost, type Reached } from '../cluster/lay-out.ts';
import { isLocal, withLeaving, type ClusterRecord } from '../cluster/record.ts';
import type { ClusterSpec } from '../cluster/spec.ts';
import { discoveryOf } from '../discovery/index.ts';
import type { Engine } from '../engine/engine.ts';
import { SwarmctlError, reasonOf } from '../errors.ts';
import type { ImageArchive } from '../images/archive.ts';
import { takeStep } from '../plan/run-plan.ts';
import type { Finding } from '../preflight/check.ts';
import { localChecks } from '../preflight/checks.ts';
import { chooseSubnet, freePorts, isPortFree } from '../preflight/choose.ts';
import { ignore, refuseErrors, runChecks } from '../preflight/run-checks.ts';
import { writeRecord, type FolderFile } from '../steps/write-record.ts';
import type { ActionContext } from './context.ts';
import { ImageSupply } from '../images/supply.ts';
import { chooseStoreImage } from '../preflight/store-image.ts';
import { givenEndpoint } from '../discovery/existing-store.ts';
import type { Discovery } from '../discovery/discovery.ts';
import type { Servers } from '../hosts/ssh/servers.ts';
import { askOuterOf, openOuter } from './locate.ts';
import { engineHere } from '../images/engine-here.ts';
import { isSsh } from '../hosts/kind.ts';
import { remotePreflight } from './remote-preflight.ts';
import { openServers } from './open-servers.ts';
import { judgeTls } from './judge-tls.ts';
import { surveyHosts, type Survey } from './survey-hosts.ts';
import { registryCredentials } from './registry-credentials.ts';

/** Also after an interruption: what was made at a service that exists is taken back. */
const FORGET_DEADLINE = 3000;

/** A server that is being started takes this long. */
const CONNECT_DEADLINE = 30_000;

/** The archives that could be read, and what is wrong with the others. */
export interface ReadArchives {
  readonly archives: readonly ImageArchive[];
  readonly problems: readonly Finding[];
}

/** What a cluster that is laid out is made on; whoever has it closes it. */
interface Ground {
  readonly record: ClusterRecord;
  /** The engine that holds the local hosts; undefined when there are none. */
  readonly outer: Engine | undefined;
  readonly servers: Servers;
}

/** A host that does not let us in must leave time to report what is wrong with the others. */
function patience({ remaining }: ActionContext): () => number {
  return () => Math.min(CONNECT_DEADLINE, remaining() / 2);
}

/** Fails with all errors at once; warnings are told. */
function refuse(
  findings: readonly Finding[],
  ignored: readonly string[],
  context: ActionContext,
): void {
  for (const { host, problem, fix } of refuseErrors(ignore(findings, ignored))) {
    context.warn(`${host === undefined ? '' : `${host}: `}${problem}: ${fix}`);
  }
}

/** What is found before the first change, and nothing else. */
export async function lookBefore(wanted: Wanted, context: ActionContext): Promise<Finding[]> {
  const asked = await ask(wanted, context);
  try {
    return [...(await look(wanted, asked, context)).findings];
  } finally {
    await close(asked);
  }
}

/** What was opened to ask, and what the hosts said. */
interface Asked {
  /** All hosts of the spec, and those of them that are not there yet. */
  readonly hosts: readonly NamedHost[];
  readonly joining: readonly NamedHost[];
  readonly opening: Opening;
  readonly survey: Survey;
  readonly servers: Servers;
}

async function ask({ spec, ssh, was }: Wanted, context: ActionContext): Promise<Asked> {
  const known = was ? withLeaving(was).hosts : [];
  const hosts = namedHosts(spec, known);
  const there = new Set(was?.hosts.map(({ name }) => name));
  const joining = hosts.filter(({ name }) => !there.has(name));
  const makesLocal = joining.some(({ host }) => isLocal(host));
  const joinsOthers = joining.some(({ host }) => !isLocal(host));
  const servers = openServers(context.home.cluster(spec.name), ssh, context, patience(context));
  const [opening, survey] = await Promise.all([
    makesLocal ? openOuterFor(was, context) : { needless: true as const },
    // Those that are there tell which of the new ones is one of them, or cannot be reached from there.
    surveyHosts(joinsOthers ? hosts : [], spec, servers, context.signal),
  ]);
  return { hosts, joining, opening, survey, servers };
}

async function close({ opening, servers }: Asked): Promise<void> {
  if ('outer' in opening) opening.outer.close();
  await servers.close();
}

/** What is to be laid out. */
interface Wanted {
  readonly spec: ClusterSpec;
  readonly ssh: ClusterRecord['ssh'];
  /** The key of the CA of engines at `tcp://`, PEM, when the person gives it. */
  readonly caKey?: string | undefined;
  readonly reading: Promise<ReadArchives>;
  /** Checks whose errors are only told. */
  readonly ignored?: readonly string[];
  /** The cluster as it is, where it is to be changed: its hosts stay where they are. */
  readonly was?: ClusterRecord | undefined;
  /** Told what is chosen for a new cluster before anything of it is made or written down. */
  readonly onLaidOut?: ((record: ClusterRecord) => void) | undefined;
}

/**
 * Checks everything that can be checked, then chooses addresses and ports and writes them down, unless
 * it is only to be seen what would be chosen, or nobody has agreed yet to change what is there.
 */
export async function layOutCluster(
  wanted: Wanted,
  context: ActionContext,
  onlyLook = false,
): Promise<Ground> {
  const { spec } = wanted;
  const asked = await ask(wanted, context);
  const { servers } = asked;
  try {
    const looked = await look(wanted, asked, context);
    refuse(looked.findings, wanted.ignored ?? [], context);
    if (onlyLook || wanted.was) {
      return { outer: looked.outer, record: await choose(wanted, looked, context), servers };
    }
    // Two clusters made at the same moment must not choose the same: what is chosen is written
    // down before the next one may choose.
    const record = await context.home.whileLayingOut(context.signal, async () => {
      const chosen = await choose(wanted, looked, context);
      wanted.onLaidOut?.(chosen);
      // Last: at a service that exists it is the first thing that is made.
      const token = await newToken(spec, looked.discovery, context.signal);
      await writeDown({ ...chosen, token }, looked, context);
      return { ...chosen, token };
    });
    return { outer: looked.outer, record, servers };
  } catch (error) {
    await close(asked);
    throw error;
  }
}

type Opening =
  | Awaited<ReturnType<typeof openOuter>>
  | { readonly failed: Finding }
  | { readonly needless: true };

/** The engine of the local hosts. */
async function openOuterFor(
  was: ClusterRecord | undefined,
  context: ActionContext,
): Promise<Opening> {
  const opening = was?.local ? askOuterOf(was, context) : openOuter(context);
  return opening.catch((error: unknown) => {
    if (!(error instanceof SwarmctlError) || error.code !== 'ENGINE_UNREACHABLE') throw error;
    const fix = error.suggestions.join('; ');
    return { failed: { check: 'engine', level: 'error' as const, problem: error.message, fix } };
  });
}

interface Looked {
  readonly findings: readonly Finding[];
  readonly outer: Engine | undefined;
  readonly discovery: Discovery;
  readonly storeImage: string | null;
  /** How hosts that were there before are reached, by name. */
  readonly reached: ReadonlyMap<string, Reached>;
  /** Files of the cluster's folder that follow from the engines' CA. */
  readonly tls: readonly FolderFile[];
}

/** Asks everything that can be asked before the first change. */
async function look(wanted: Wanted, asked: Asked, context: ActionContext): Promise<Looked> {
  const { joining, opening, survey, servers } = asked;
  const { signal } = context;
  const { spec, reading, was } = wanted;
  const further = was !== undefined;
  const { archives, problems } = await reading;
  const found = [...survey.findings, ...('failed' in opening ? [opening.failed] : []), ...problems];
  const discovery = discoveryOf(spec);
  const reached = new Map(survey.hosts.map((seen) => [seen.name, seen.reached]));
  // Further engines with TLS of their own are refused (cluster/changes.ts).
  const { findings, files: tls } = was ? { findings: [], files: [] } : judgeTls(wanted, reached);
  found.push(...findings);
  const outer = 'outer' in opening ? opening.outer : undefined;
  const auth = registryCredentials(context);
  const here = () => engineHere(context.env, context.userHome, signal);
  const supply = new ImageSupply({ outer, here, archives, auth, signal });
  try {
    const common = { spec, discovery, supply, signal };
    const forHosts = async () => {
      const storeImage = was ? was.storeImage : await storeImageFor(spec, asked, supply, signal);
      const names = new Set(joining.map(({ name }) => name));
      const remote = { ...common, servers, storeImage, further };
      const judged = { ...remote, hosts: survey.hosts, joining: names };
      return { storeImage, remote: await remotePreflight(judged) };
    };
    const names = joining.flatMap(({ name, host }) => (isLocal(host) ? name : []));
    const [{ storeImage, remote }, local] = await Promise.all([
      forHosts(),
      'outer' in opening
        ? runChecks(localChecks, { ...common, ...opening, hosts: names, further })
        : [],
    ]);
    return {
      findings: [...found, ...remote, ...local],
      ...{ outer, discovery, storeImage, reached, tls },
    };
  } finally {
    await supply.dispose();
  }
}

/** The image that the store runs from, as the engine of the master can have it. */
async function storeImageFor(
  spec: ClusterSpec,
  { hosts: [master], opening, survey, servers }: Asked,
  supply: ImageSupply,
  signal: AbortSignal,
): Promise<string | null> {
  const discovery = discoveryOf(spec);
  if (master && isLocal(master.host)) {
    if (!('outer' in opening)) return spec.images.store;
    return chooseStoreImage(spec, discovery, supply, { ...opening, signal });
  }
  const seen = survey.hosts.find(({ host }) => host.master);
  if (!seen?.engine || !isSsh(seen.host)) return spec.images.store;
  const info = { OSType: seen.engine.os, Architecture: seen.engine.architecture };
  const outer = await servers.engine(seen.host.url);
  return chooseStoreImage(spec, discovery, supply, { outer, info, signal });
}

/** Names, addresses and ports; a token is another matter. */
async function choose(
  { spec, ssh, was }: Wanted,
  { outer, discovery, storeImage, reached }: Looked,
  context: ActionContext,
): Promise<ClusterRecord> {
  const { signal, home } = context;
  const others = (await home.list()).flatMap((each) => ('record' in each ? [each.record] : []));
  const taken = new Set(
    others.flatMap(({ hosts }) =>
      hosts
        .filter(isLocal)
        .flatMap(({ reach: { engine, manager, store } }) =>
          [engine, manager, store].filter((port) => port !== undefined),
        ),
    ),
  );
  const subnets = others.flatMap(({ local }) => (local ? [local.network.subnet] : []));
  const managerPort = spec.ports.manager;
  const [prefix, ports, managerPortIsFree] = await Promise.all([
    was?.local
      ? was.local.network.subnet.replace(/\.0\/24$/, '')
      : outer && chooseSubnet(spec.name, outer, signal, subnets),
    freePorts(spec.nodes + 3, taken),
    isPortFree(managerPort),
  ]);
  const engine = was?.local?.engine ?? outer?.url;
  const choices = {
    createdAt: was?.createdAt ?? new Date().toISOString(),
    storeImage,
    token: was?.token ?? null,
    ssh: was?.ssh ?? ssh,
    local: engine !== undefined && prefix !== undefined ? { engine, prefix } : null,
    reached,
    usual: {
      manager: MANAGER_PORT,
      store: storeImage === null ? null : (discovery.deployed?.port ?? null),
    },
    freePort: () => {
      const port = ports.pop();
      if (port === undefined) throw new Error('more ports were needed than counted');
      return port;
    },
    managerPortIsFree: managerPortIsFree && !taken.has(managerPort),
  };
  return layOut(spec, choices, was);
}

async function writeDown(
  record: ClusterRecord,
  { discovery, tls }: Looked,
  { home, signal }: ActionContext,
): Promise<void> {
  const { spec } = record;
  const folder = home.cluster(spec.name);
  try {
    await folder.journal.open();
    await takeStep('this machine', writeRecord({ record, folder }, tls), {
      journal: folder.journal,
      signal,
    });
  } catch (error) {
    // A token that nobody knows of would stay for ever. (Of other stores nothing is used yet.)
    const { existing } = discovery;
    if (existing && discovery.newToken) {
      const deadline = AbortSignal.timeout(FORGET_DEADLINE);
      await existing
        .forget(givenEndpoint(existing.url, spec), record, deadline)
        .catch(() => undefined);
    }
    throw error;
  }
}

/** A service that exists may refuse to make one; nothing has been changed by then. */
async function newToken(
  spec: ClusterSpec,
  discovery: Discovery,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    return (await discovery.newToken?.(spec, signal)) ?? null;
  } catch (error) {
    signal.throwIfAborted();
    const fix = 'see --discovery-cert and --discovery-key: making a token may take a certificate';
    refuseErrors([{ check: 'store', level: 'error', problem: reasonOf(error), fix }]);
    throw error;
  }
}
