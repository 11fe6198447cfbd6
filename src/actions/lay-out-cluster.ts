import { MANAGER_PORT } from '../cluster/limits.ts';
import { layOut, type ClusterRecord } from '../cluster/record.ts';
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
import { writeRecord } from '../steps/write-record.ts';
import type { ActionContext } from './context.ts';
import { ImageSupply } from '../images/supply.ts';
import { chooseStoreImage } from '../preflight/store-image.ts';
import { givenEndpoint } from '../discovery/existing-store.ts';
import type { Discovery } from '../discovery/discovery.ts';
import { openOuter } from './locate.ts';
import { registryCredentials } from './registry-credentials.ts';

/** Also after an interruption: what was made at a service that exists is taken back. */
const FORGET_DEADLINE = 3000;

/** The archives that could be read, and what is wrong with the others. */
export interface ReadArchives {
  readonly archives: readonly ImageArchive[];
  readonly problems: readonly Finding[];
}

/** Checks everything that can be checked, then chooses addresses and ports and writes them down. */
export async function layOutCluster(
  spec: ClusterSpec,
  reading: Promise<ReadArchives>,
  context: ActionContext,
): Promise<{ outer: Engine; record: ClusterRecord }> {
  const { signal } = context;
  const { outer, version, info } = await openOuter(context).catch(async (error: unknown) => {
    if (!(error instanceof SwarmctlError) || error.code !== 'ENGINE_UNREACHABLE') throw error;
    const fix = error.suggestions.join('; ');
    const finding = { check: 'engine', level: 'error' as const, problem: error.message, fix };
    refuseErrors([finding, ...(await reading).problems]);
    throw error;
  });
  try {
    const { archives, problems } = await reading;
    const discovery = discoveryOf(spec);
    const auth = registryCredentials(context);
    const supply = new ImageSupply({ outer, archives, auth, signal });
    const surroundings = { spec, discovery, outer, version, info, supply, signal };
    const [warnings, storeImage] = await Promise.all([
      runChecks(localChecks, surroundings, problems),
      chooseStoreImage(spec, discovery, supply, { outer, info, signal }),
    ]);
    for (const { problem, fix } of warnings) context.warn(`${problem}: ${fix}`);
    // Two clusters made at the same moment must not choose the same: what is chosen is written
    // down before the next one may choose.
    const record = await context.home.whileLayingOut(signal, () =>
      choose(spec, { outer, discovery, storeImage }, context),
    );
    return { outer, record };
  } catch (error) {
    outer.close();
    throw error;
  }
}

async function choose(
  spec: ClusterSpec,
  {
    outer,
    discovery,
    storeImage,
  }: { outer: Engine; discovery: Discovery; storeImage: string | null },
  context: ActionContext,
): Promise<ClusterRecord> {
  const { signal, home } = context;
  const others = (await home.list()).flatMap((each) => ('record' in each ? [each.record] : []));
  const taken = new Set(
    others.flatMap(({ hosts }) =>
      hosts.flatMap(({ ports }) => Object.values(ports).filter((port) => port !== undefined)),
    ),
  );
  const subnets = others.map(({ network }) => network.subnet);
  const [prefix, ports, managerPortIsFree] = await Promise.all([
    chooseSubnet(spec.name, outer, signal, subnets),
    freePorts(spec.nodes + 3, taken),
    isPortFree(MANAGER_PORT),
  ]);
  // Last: at a service that exists it is the first thing that is made.
  const token = await newToken(spec, discovery, signal);
  const record = layOut(spec, {
    createdAt: new Date().toISOString(),
    storeImage,
    token,
    engine: outer.url,
    prefix,
    freePort: () => {
      const port = ports.pop();
      if (port === undefined) throw new Error('more ports were needed than counted');
      return port;
    },
    managerPortIsFree: managerPortIsFree && !taken.has(MANAGER_PORT),
  });
  const folder = home.cluster(spec.name);
  try {
    await folder.journal.open();
    await takeStep('this machine', writeRecord({ record, folder }), {
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
  return record;
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
