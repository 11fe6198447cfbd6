import { isLocal, localOf, masterOf, parseRecord, type ClusterRecord } from '../cluster/record.ts';
import { endpointUrl } from '../engine/endpoint.ts';
import { Engine } from '../engine/engine.ts';
import { parseEndpoint, resolveEndpoint } from '../engine/resolve-endpoint.ts';
import { SwarmctlError, reasonOf } from '../errors.ts';
import { discoveryOf } from '../discovery/index.ts';
import { LocalHosts } from '../hosts/local/local-hosts.ts';
import { clusterOf, LABEL } from '../hosts/labels.ts';
import { recordName } from '../hosts/local/names.ts';
import type { World } from '../steps/world.ts';
import { limited } from '../util/abort.ts';
import type { ActionContext } from './context.ts';

/** An engine that is merely busy answers well before. */
const ANSWER_DEADLINE = 5000;

/** The outer engine that a new cluster would be made on, and what it says of itself. */
export async function openOuter(context: ActionContext) {
  const { endpoint, source, undoneBy } = await resolveEndpoint(context.env, context.userHome);
  const outer = new Engine(endpoint);
  const wayBack = undoneBy === undefined ? [] : [undoneBy];
  try {
    const version = await versionOf(outer, source, context.signal, wayBack);
    if (version.Version.startsWith('swarm/')) {
      throw new SwarmctlError(
        'ENGINE_UNREACHABLE',
        `${source} leads to a swarm manager (${outer.url}), not to an engine`,
        { suggestions: wayBack },
      );
    }
    return { outer, version, info: await outer.info(context.signal) };
  } catch (error) {
    outer.close();
    throw error;
  }
}

/** Its version; an engine that does not answer is told with its address and what to do. */
async function versionOf(
  outer: Engine,
  source: string,
  signal: AbortSignal,
  wayBack: readonly string[] = [],
) {
  try {
    return await outer.version(limited(signal, ANSWER_DEADLINE));
  } catch (error) {
    signal.throwIfAborted();
    throw new SwarmctlError(
      'ENGINE_UNREACHABLE',
      `no Docker Engine answers at ${outer.url} (${source}): ${reasonOf(error)}`,
      {
        cause: error,
        suggestions: [
          'start one (sudo systemctl start docker), or point DOCKER_HOST at one',
          ...wayBack,
          'without Docker, try npm run quickstart in the source checkout',
        ],
      },
    );
  }
}

/** Fails when the engine that holds a cluster's local hosts does not answer. */
export async function requireOuter(
  { local, record }: Pick<World, 'local' | 'record'>,
  context: ActionContext,
): Promise<void> {
  if (!local) return;
  const { name } = record.spec;
  try {
    await versionOf(local.outer, `it holds cluster ${name}`, context.signal);
  } catch (error) {
    context.signal.throwIfAborted();
    throw new SwarmctlError('ENGINE_UNREACHABLE', reasonOf(error), {
      cause: error,
      suggestions: [
        'start that engine',
        `if it is gone for good: swarmctl destroy ${name} --force`,
      ],
    });
  }
}

/** The outer engine of a cluster that exists, which answers, and what it says of itself. */
export async function askOuterOf(record: ClusterRecord, context: ActionContext) {
  const outer = await openOuterOf(record, context);
  try {
    const version = await versionOf(outer, `it holds cluster ${record.spec.name}`, context.signal);
    return { outer, version, info: await outer.info(context.signal) };
  } catch (error) {
    outer.close();
    throw error;
  }
}

/** The outer engine of a cluster that exists: where its record says, whatever DOCKER_HOST is now. */
export async function openOuterOf(record: ClusterRecord, context: ActionContext): Promise<Engine> {
  const resolved = await resolveEndpoint(context.env, context.userHome).catch(() => undefined);
  const { engine } = localOf(record);
  // The current setting may carry TLS files for the same address, which the record does not.
  if (resolved && endpointUrl(resolved.endpoint) === engine) return new Engine(resolved.endpoint);
  return new Engine(parseEndpoint(engine));
}

/** The records of every cluster on an engine, by its labels. */
export async function recordsByLabel(
  outer: Engine,
  signal: AbortSignal,
): Promise<Map<string, ClusterRecord>> {
  const [networks, volumes] = await Promise.all([
    outer.listNetworks(signal, LABEL.record),
    outer.listVolumes(LABEL.record, signal),
  ]);
  // The claim of a host that is this very engine is another matter.
  const changed = volumes.filter(
    ({ Name, Labels }) => Name === recordName(clusterOf(Labels) ?? ''),
  );
  const labelled = [...networks, ...changed].flatMap(
    ({ Labels }) => parseRecord(Labels?.[LABEL.record] ?? '') ?? [],
  );
  const records = await Promise.all(
    labelled.map(async (record) => ({
      ...record,
      // Wherever it was reached when it was made: it is here now.
      local: { ...localOf(record), engine: outer.url },
      token: await tokenOnMaster(record, outer, signal),
    })),
  );
  return new Map(records.map((record) => [record.spec.name, record]));
}

/** Labels hold nothing secret, so the token of a cluster that is known by them is on its master. */
async function tokenOnMaster(
  record: ClusterRecord,
  outer: Engine,
  signal: AbortSignal,
): Promise<string | null> {
  if (!isLocal(masterOf(record))) return null;
  const hosts = new LocalHosts(outer, record, undefined);
  const masterFiles = (folder: string, deadline: AbortSignal) =>
    hosts.read(masterOf(record), folder, deadline);
  try {
    return (await discoveryOf(record.spec).findToken?.(masterFiles, signal)) ?? null;
  } catch {
    signal.throwIfAborted();
    return null;
  }
}
