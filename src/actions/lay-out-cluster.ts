import { MANAGER_PORT } from '../cluster/limits.ts';
import { layOut, namedHosts } from '../cluster/lay-out.ts';
import { isLocal, LOCAL, type ClusterRecord } from '../cluster/record.ts';
import type { ClusterSpec } from '../cluster/spec.ts';
import { discoveryOf } from '../discovery/index.ts';
import type { Engine } from '../engine/engine.ts';
import { SwarmctlError, reasonOf } from '../errors.ts';
import type { ImageArchive } from '../images/archive.ts';
import { takeStep } from '../plan/run-plan.ts';
import type { Finding } from '../preflight/check.ts';
import { localChecks } from '../preflight/checks.ts';
import { chooseSubnet, freePorts, isPortFree } from '../preflight/choose.ts';
import { refuseErrors, runChecks } from '../preflight/run-checks.ts';
import { writeRecord, type FolderFile } from '../steps/write-record.ts';
import type { ActionContext } from './context.ts';
import { ImageSupply } from '../images/supply.ts';
import { chooseStoreImage } from '../preflight/store-image.ts';
import { givenEndpoint } from '../discovery/existing-store.ts';
import type { Discovery } from '../discovery/discovery.ts';
import type { Servers } from '../hosts/ssh/servers.ts';
import { openOuter } from './locate.ts';
import { openServers } from './open-servers.ts';
import { judgeTls } from './judge-tls.ts';
import { surveyHosts, type Survey } from './survey-hosts.ts';
import { registryCredentials } from './registry-credentials.ts';

/** Also after an interruption: what was made at a service that exists is taken back. */
const FORGET_DEADLINE = 3000;

/** The archives that could be read, and what is wrong with the others. */
export interface ReadArchives {
  readonly archives: readonly ImageArchive[];
  readonly problems: readonly Finding[];
}

/** What a cluster that is laid out is made on; whoever has it closes it. */
export interface Ground {
  readonly record: ClusterRecord;
  /** The engine that holds the local hosts; undefined when there are none. */
  readonly outer: Engine | undefined;
  readonly servers: Servers;
}

/** What is to be laid out. */
export interface Wanted {
  readonly spec: ClusterSpec;
  readonly ssh: ClusterRecord['ssh'];
  /** The key of the CA of engines at `tcp://`, PEM, when the person gives it. */
  readonly caKey?: string | undefined;
  readonly reading: Promise<ReadArchives>;
}

/**
 * Checks everything that can be checked, then chooses addresses and ports and writes them down, unless
 * it is only to be seen what would be chosen.
 */
export async function layOutCluster(
  wanted: Wanted,
  context: ActionContext,
  onlyLook = false,
): Promise<Ground> {
  const { spec, ssh } = wanted;
  const servers = openServers(context.home.cluster(spec.name), ssh, context);
  const [opening, survey] = await Promise.all([
    openOuterFor(spec, context),
    surveyHosts(spec, servers, context.signal),
  ]);
  try {
    const looked = await look(wanted, opening, survey, context);
    if (onlyLook) {
      return { outer: looked.outer, record: await choose(wanted, looked, context), servers };
    }
    // Two clusters made at the same moment must not choose the same: what is chosen is written
    // down before the next one may choose.
    const record = await context.home.whileLayingOut(context.signal, async () => {
      const chosen = await choose(wanted, looked, context);
      // Last: at a service that exists it is the first thing that is made.
      const token = await newToken(spec, looked.discovery, context.signal);
      await writeDown({ ...chosen, token }, looked, context);
      return { ...chosen, token };
    });
    return { outer: looked.outer, record, servers };
  } catch (error) {
    if ('outer' in opening) opening.outer.close();
    await servers.close();
    throw error;
  }
}

type Opening =
  | Awaited<ReturnType<typeof openOuter>>
  | { readonly failed: Finding }
  | { readonly needless: true };

/** The engine of the local hosts, if there are any. */
async function openOuterFor(spec: ClusterSpec, context: ActionContext): Promise<Opening> {
  if (!namedHosts(spec).some(({ host }) => host.url === LOCAL)) return { needless: true };
  return openOuter(context).catch((error: unknown) => {
    if (!(error instanceof SwarmctlError) || error.code !== 'ENGINE_UNREACHABLE') throw error;
    const fix = error.suggestions.join('; ');
    return { failed: { check: 'engine', level: 'error' as const, problem: error.message, fix } };
  });
}

interface Looked {
  readonly outer: Engine | undefined;
  readonly discovery: Discovery;
  readonly storeImage: string | null;
  readonly survey: Survey;
  /** Files of the cluster's folder that follow from the engines' CA. */
  readonly tls: readonly FolderFile[];
}

/** Asks everything that can be asked before the first change; fails with all problems at once. */
async function look(
  wanted: Wanted,
  opening: Opening,
  survey: Survey,
  context: ActionContext,
): Promise<Looked> {
  const { signal } = context;
  const { spec, reading } = wanted;
  const { archives, problems } = await reading;
  const earlier = [
    ...survey.findings,
    ...('failed' in opening ? [opening.failed] : []),
    ...problems,
  ];
  const discovery = discoveryOf(spec);
  const { findings, files: tls } = judgeTls(wanted, survey.reached);
  earlier.push(...findings);
  if (!('outer' in opening)) {
    for (const { problem, fix } of refuseErrors(earlier)) context.warn(`${problem}: ${fix}`);
    return { outer: undefined, discovery, storeImage: spec.images.store, survey, tls };
  }
  const { outer, version, info } = opening;
  const auth = registryCredentials(context);
  const supply = new ImageSupply({ outer, archives, auth, signal });
  const surroundings = { spec, discovery, outer, version, info, supply, signal };
  const [warnings, storeImage] = await Promise.all([
    runChecks(localChecks, surroundings, earlier),
    chooseStoreImage(spec, discovery, supply, { outer, info, signal }),
  ]);
  for (const { problem, fix } of warnings) context.warn(`${problem}: ${fix}`);
  return { outer, discovery, storeImage, survey, tls };
}

/** Names, addresses and ports; a token is another matter. */
async function choose(
  { spec, ssh }: Wanted,
  { outer, discovery, storeImage, survey }: Looked,
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
    outer && chooseSubnet(spec.name, outer, signal, subnets),
    freePorts(spec.nodes + 3, taken),
    isPortFree(managerPort),
  ]);
  return layOut(spec, {
    createdAt: new Date().toISOString(),
    storeImage,
    token: null,
    ssh,
    local: outer && prefix !== undefined ? { engine: outer.url, prefix } : null,
    reached: survey.reached,
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
  });
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
