import { expiryAfter, type Expiry, type Lifetime } from '../cluster/expiry.ts';
import { isLocal, type ClusterRecord } from '../cluster/record.ts';
import type { Engine } from '../engine/engine.ts';
import { SwarmctlError } from '../errors.ts';
import { ownerOf } from '../steps/owner-of.ts';
import type { World } from '../steps/world.ts';

/**
 * When a cluster expires; undefined without a ttl. It counts from when the cluster was made or last
 * changed, by the clock of the engine that has noted so: no other clock could be wrong about it.
 */
export async function clusterExpiry(
  world: World,
  signal: AbortSignal,
): Promise<Expiry | undefined> {
  const { ttl } = world.record.spec;
  if (ttl === null) return undefined;
  return expiryAfter(ttl, (await lifetimeThere(world, signal)) ?? (await lifetimeHere(world)));
}

/** By an engine; undefined when none has noted the cluster, or none this ttl yet. */
async function lifetimeThere(world: World, signal: AbortSignal): Promise<Lifetime | undefined> {
  const { ttl } = world.record.spec;
  for await (const { record, since, engine } of notes(world, signal)) {
    if (record?.spec.ttl !== ttl) continue;
    const { SystemTime } = await engine.info(signal);
    return { since: momentOf(since), now: momentOf(SystemTime) };
  }
  return undefined;
}

interface Noted {
  readonly record: ClusterRecord | undefined;
  readonly since: string;
  readonly engine: Engine;
}

/** What engines say of the cluster: that of the local hosts, then those of its other hosts. */
async function* notes(world: World, signal: AbortSignal): AsyncGenerator<Noted> {
  const { local, access, record } = world;
  const here = await local?.noted(signal);
  if (local && here) {
    // Its objects bear the name alone, so that those of the other would be taken for ours.
    if (here.record?.createdAt !== record.createdAt) throw isAnother(record);
    yield { ...here, engine: local.outer };
  }
  for (const host of record.hosts.filter((each) => !isLocal(each))) {
    const owner = await ownerOf(world, host, signal);
    if (owner?.ours) yield { ...owner, engine: await access.engine(host) };
  }
}

function isAnother({ spec: { name } }: ClusterRecord): SwarmctlError {
  return new SwarmctlError(
    'STATE',
    `its engine holds a cluster ${name} that was made from another machine or folder`,
    { suggestions: [`see what it is: swarmctl status ${name}`] },
  );
}

/** By this machine, which alone has written it down. */
async function lifetimeHere({ folder }: World): Promise<Lifetime> {
  const since = await folder.recordedAt();
  if (since === undefined) throw new Error('no engine says since when it is there');
  return { since, now: Date.now() };
}

function momentOf(text: string): number {
  const moment = Date.parse(text);
  if (Number.isNaN(moment)) throw new Error(`"${text}", as its engine says, is no time`);
  return moment;
}
