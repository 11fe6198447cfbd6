import { parseRecord, type ClusterRecord } from '../cluster/record.ts';
import { discoveryOf } from '../discovery/index.ts';
import { CLAIM, LABEL } from '../hosts/labels.ts';
import { isSsh } from '../hosts/kind.ts';
import type { ActionContext } from './context.ts';
import { openServers } from './open-servers.ts';
import { openWorld } from './open-world.ts';

/**
 * The clusters that servers say they belong to, for a machine that has lost its state, by name. A
 * server that cannot be asked is an error: what is not found must not be taken for gone.
 */
export async function recordsOnHosts(context: ActionContext): Promise<Map<string, ClusterRecord>> {
  const urls = context.lookAt.urls.filter((url) => isSsh({ url }));
  if (urls.length === 0) return new Map();
  const servers = openServers({ knownHosts: context.home.knownHosts }, context.lookAt.ssh, context);
  try {
    const found = await Promise.all(
      urls.map(async (url) => {
        const engine = await servers.engine(url);
        const claim = await engine.findVolume(CLAIM, context.signal);
        // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- null where there are none, whatever the type says
        return parseRecord(claim?.Labels?.[LABEL.record] ?? '') ?? [];
      }),
    );
    const records = new Map(found.flat().map((record) => [record.spec.name, record]));
    const whole = [...records.values()].map(async (record) => withToken(record, context));
    return new Map((await Promise.all(whole)).map((record) => [record.spec.name, record]));
  } finally {
    await servers.close();
  }
}

/** Labels hold nothing secret: the token of a cluster is on its master. */
async function withToken(record: ClusterRecord, context: ActionContext): Promise<ClusterRecord> {
  const reached = { ...record, ssh: context.lookAt.ssh };
  const discovery = discoveryOf(record.spec);
  if (!discovery.findToken) return reached;
  const world = await openWorld(reached, context);
  try {
    const token = await discovery
      .findToken(world.store.masterFiles, context.signal)
      .catch(() => undefined);
    return { ...reached, token: token ?? null };
  } finally {
    await world.dispose();
  }
}
