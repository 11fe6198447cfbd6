import { isLocal, masterOf, type ClusterRecord, type Host } from '../cluster/record.ts';
import { discoveryOf } from '../discovery/index.ts';
import { dockerConfigFolder } from '../engine/docker-context.ts';
import type { Engine } from '../engine/engine.ts';
import { ClusterAccess } from '../hosts/access.ts';
import { hostsOf } from '../hosts/hosts.ts';
import { LocalHosts } from '../hosts/local/local-hosts.ts';
import { RemoteHosts } from '../hosts/remote/remote-hosts.ts';
import type { Servers } from '../hosts/ssh/servers.ts';
import type { ImageArchive } from '../images/archive.ts';
import { engineHere } from '../images/engine-here.ts';
import { ImageSupply } from '../images/supply.ts';
import type { World } from '../steps/world.ts';
import { once, sayingOnce } from '../util/once.ts';
import { clientCredentials } from './client-credentials.ts';
import type { ActionContext } from './context.ts';
import { engineKeys } from './engine-keys.ts';
import { givenTls } from './given-tls.ts';
import { openOuterOf } from './locate.ts';
import { registryCredentials } from './registry-credentials.ts';
import { openServers } from './open-servers.ts';

/** What is open already, and what the person gave for this one run. */
interface Opened {
  readonly outer?: Engine | undefined;
  readonly servers?: Servers;
  readonly archives?: readonly ImageArchive[];
  readonly removesEngines?: boolean;
  readonly minNodes?: number | undefined;
  /** Milliseconds that a server may take to let us in; what is left of `--timeout` when left out. */
  readonly patience?: number;
}

export type OpenWorld = World & { readonly dispose: () => Promise<void> };

/** Everything the steps of one cluster work on; to be disposed of. */
export async function openWorld(
  record: ClusterRecord,
  context: ActionContext,
  opened: Opened = {},
): Promise<OpenWorld> {
  const discovery = discoveryOf(record.spec);
  const { existing, deployed } = discovery;
  const master = masterOf(record);
  const folder = context.home.cluster(record.spec.name);
  const outer = opened.outer ?? (record.local && (await openOuterOf(record, context))) ?? undefined;
  const servers =
    opened.servers ?? openServers(folder, record.ssh, context, patienceOf(opened, context));
  const local = outer && record.local ? new LocalHosts(outer, record, deployed?.port) : undefined;
  const keys = {
    cluster: () => clientCredentials(folder, hosts, master, context.signal),
    engine: (host: Host) => engineKeys(folder, host),
  };
  const storeHasTls = deployed?.tls === true;
  const access: ClusterAccess = new ClusterAccess(record, servers, keys, storeHasTls);
  const remote = new RemoteHosts(record, servers, (host) => access.engine(host));
  const hosts = hostsOf((host) => {
    if (!isLocal(host)) return remote;
    if (!local) throw new Error(`${host.name} is local, and there is no engine for local hosts`);
    return local;
  });
  // In the cluster's own folder, so that what a killed run saved goes with the cluster.
  const images = new ImageSupply({
    outer,
    here: () => engineHere(context.env, context.userHome, context.signal),
    archives: opened.archives ?? [],
    auth: registryCredentials(context),
    signal: context.signal,
    scratch: folder.path,
  });
  const given = once(() => givenTls(folder, hosts, master, context.signal));
  return {
    record,
    folder,
    hosts,
    local,
    servers,
    access,
    images,
    discovery,
    givenTls: given,
    removesEngines: opened.removesEngines ?? false,
    minNodes: opened.minNodes,
    store: {
      endpoint: existing
        ? once(async () => {
            const tls = discovery.credentials.startsWith('given') ? await given() : undefined;
            return { addresses: existing.url.addresses, tls };
          })
        : access.store,
      masterFiles: (path, signal) => hosts.read(master, path, signal),
    },
    dockerConfig: dockerConfigFolder(context.env, context.userHome),
    remaining: context.remaining,
    warn: sayingOnce(context.warn),
    note: context.note,
    async dispose() {
      access.close();
      outer?.close();
      await Promise.all([images.dispose(), servers.close()]);
    },
  };
}

function patienceOf({ patience }: Opened, { remaining }: ActionContext): () => number {
  return patience === undefined ? remaining : () => Math.min(patience, remaining());
}
