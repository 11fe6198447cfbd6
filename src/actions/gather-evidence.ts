import { publicRecord, type ClusterRecord } from '../cluster/record.ts';
import { Collection } from '../evidence/collection.ts';
import { fromFolder } from '../evidence/from-folder.ts';
import { fromHost } from '../evidence/from-host.ts';
import { fromManager } from '../evidence/from-manager.ts';
import { fromOuter } from '../evidence/from-outer.ts';
import { fromThisMachine } from '../evidence/from-this-machine.ts';
import { redactor, secretsBelow, secretValues } from '../evidence/secrets.ts';
import { limited } from '../util/abort.ts';
import type { ActionContext } from './context.ts';
import { inspectWorld } from './inspect-cluster.ts';
import { openOuter } from './locate.ts';
import { openWorld } from './open-world.ts';

/** Milliseconds that a host has for everything. */
const HOST_DEADLINE = 15_000;

interface Subject {
  readonly name: string;
  /** Undefined when it is lost or damaged. */
  readonly record: ClusterRecord | undefined;
}

/**
 * Asks everything that knows something of a cluster, all at once, until the context's signal aborts.
 * What does not answer is noted; nothing is changed, and no lock is asked for.
 */
export async function gatherEvidence(
  { name, record }: Subject,
  context: ActionContext,
): Promise<Collection> {
  const { home, env, signal } = context;
  const known = await secretsBelow(home.cluster(name).path);
  const into = new Collection(redactor([...known, ...(record ? secretsOf(record) : [])]));
  await Promise.all([
    fromThisMachine(into, env, signal),
    fromFolder(into, home, name, signal),
    record ? fromWorld(into, record, context) : fromEngineHere(into, name, context),
  ]);
  return into;
}

/** What only this process holds: a record that is stored has no more than fingerprints of most. */
function secretsOf({ token, spec }: ClusterRecord): string[] {
  const { discoveryToken, engine } = spec;
  return [
    ...[token, discoveryToken].flatMap((one) => one ?? []),
    ...secretValues(engine.environment),
  ];
}

async function fromWorld(
  into: Collection,
  record: ClusterRecord,
  context: ActionContext,
): Promise<void> {
  const { signal } = context;
  into.add('cluster/record.json', publicRecord(record));
  const patience = Math.min(HOST_DEADLINE, context.remaining()) / 2;
  const world = await into.ask({ what: 'the cluster', signal }, () =>
    openWorld(record, context, { patience }),
  );
  if (!world) return;
  const { local } = world;
  try {
    const limit = limited(signal, HOST_DEADLINE);
    await Promise.all([
      into.put('cluster/status.json', { what: 'the status', signal }, () =>
        inspectWorld(world, signal),
      ),
      fromManager(into, world, limit),
      ...(local ? [fromOuter(into, local.outer, record.spec.name, limit)] : []),
      ...record.hosts.map((host) => fromHost(into, world, host, limit)),
    ]);
  } finally {
    await world.dispose();
  }
}

/** Without a record only labels say what is of the cluster. */
async function fromEngineHere(
  into: Collection,
  name: string,
  context: ActionContext,
): Promise<void> {
  const { signal } = context;
  const opened = await into.ask({ what: 'the engine of local hosts', signal }, () =>
    openOuter(context),
  );
  if (!opened) return;
  try {
    await fromOuter(into, opened.outer, name, signal);
  } finally {
    opened.outer.close();
  }
}
