import { SwarmctlError } from '../errors.ts';
import { Engine } from '../engine/engine.ts';
import { endpointUrl } from '../engine/endpoint.ts';
import { parseEndpoint, resolveEndpoint } from '../engine/resolve-endpoint.ts';
import type { ClusterRecord } from '../cluster/record.ts';
import { ClusterRecordSchema } from '../cluster/record.ts';
import { LABEL } from '../hosts/labels.ts';
import { reasonOf } from '../errors.ts';
import * as v from 'valibot';
import type { ActionContext } from './context.ts';

/** The outer engine that a new cluster would be made on, and what it says of itself. */
export async function openOuter(context: ActionContext) {
  const { endpoint, source } = await resolveEndpoint(context.env, context.userHome);
  const outer = new Engine(endpoint);
  try {
    const [version, info] = await Promise.all([
      outer.version(context.signal),
      outer.info(context.signal),
    ]);
    if (version.Version.startsWith('swarm/')) {
      throw new SwarmctlError(
        'ENGINE_UNREACHABLE',
        `${source} leads to a swarm manager (${outer.url}), not to an engine`,
        { suggestions: ['eval "$(swarmctl env --unset)"'] },
      );
    }
    return { outer, version, info };
  } catch (error) {
    outer.close();
    context.signal.throwIfAborted();
    if (error instanceof SwarmctlError) throw error;
    throw new SwarmctlError(
      'ENGINE_UNREACHABLE',
      `no Docker Engine answers at ${endpointUrl(endpoint)} (${source}): ${reasonOf(error)}`,
      {
        cause: error,
        suggestions: [
          'start one (sudo systemctl start docker), or point DOCKER_HOST at one',
          'without Docker, try npm run quickstart in the source checkout',
        ],
      },
    );
  }
}

/** The outer engine of a cluster that exists: where its record says, whatever DOCKER_HOST is now. */
export async function openOuterOf(record: ClusterRecord, context: ActionContext): Promise<Engine> {
  const resolved = await resolveEndpoint(context.env, context.userHome).catch(() => undefined);
  // The current setting may carry TLS files for the same address, which the record does not.
  if (resolved && endpointUrl(resolved.endpoint) === record.engine)
    return new Engine(resolved.endpoint);
  return new Engine(parseEndpoint(record.engine));
}

/** The records of every cluster on an engine, by its labels. */
export async function recordsByLabel(
  outer: Engine,
  signal: AbortSignal,
): Promise<Map<string, ClusterRecord>> {
  const networks = await outer.listNetworks(signal, LABEL.record);
  const records = networks.flatMap(({ Labels }) => {
    try {
      const parsed = v.safeParse(ClusterRecordSchema, JSON.parse(Labels?.[LABEL.record] ?? ''));
      return parsed.success ? [parsed.output] : [];
    } catch {
      return [];
    }
  });
  return new Map(records.map((record) => [record.spec.name, record]));
}
