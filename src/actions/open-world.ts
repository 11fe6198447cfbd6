import { masterOf, type ClusterRecord } from '../cluster/record.ts';
import { discoveryOf } from '../discovery/index.ts';
import type { Engine } from '../engine/engine.ts';
import { ClusterAccess } from '../hosts/access.ts';
import { LocalHosts } from '../hosts/local/local-hosts.ts';
import type { ImageArchive } from '../images/archive.ts';
import { ImageSupply } from '../images/supply.ts';
import type { World } from '../steps/world.ts';
import type { ActionContext } from './context.ts';
import { clientCredentials } from './client-credentials.ts';
import { givenTls } from './given-tls.ts';
import { registryCredentials } from './registry-credentials.ts';
import { once } from '../util/once.ts';

/** Everything the steps of one cluster work on; to be disposed of. */
export function openWorld(
  record: ClusterRecord,
  outer: Engine,
  archives: readonly ImageArchive[],
  context: ActionContext,
): World & { dispose: () => Promise<void> } {
  const discovery = discoveryOf(record.spec);
  const master = masterOf(record);
  const folder = context.home.cluster(record.spec.name);
  const hosts = new LocalHosts(outer, record, discovery.deployed?.port);
  // In the cluster's own folder, so that what a killed run saved goes with the cluster.
  const images = new ImageSupply({
    outer,
    archives,
    auth: registryCredentials(context),
    signal: context.signal,
    scratch: folder.path,
  });
  const access = new ClusterAccess(record, () =>
    clientCredentials(folder, hosts, master, context.signal),
  );
  const given = once(() => givenTls(folder, hosts, master, context.signal));
  return {
    record,
    folder,
    hosts,
    access,
    images,
    discovery,
    givenTls: given,
    store: {
      endpoint: once(async () => {
        const { existing, deployed } = discovery;
        if (!existing) return access.store(deployed?.tls === true);
        const tls = discovery.credentials.startsWith('given') ? await given() : undefined;
        return { addresses: existing.url.addresses, tls };
      }),
      masterFiles: (path, signal) => hosts.read(master, path, signal),
    },
    remaining: context.remaining,
    async dispose() {
      access.close();
      outer.close();
      await images.dispose();
    },
  };
}
