import { listenPort, masterOf, storeAddress } from '../cluster/record.ts';
import type { StoreEndpoint } from '../stores/address.ts';
import { askZooKeeper, deleteFromZooKeeper, pruneZooKeeper } from '../stores/zookeeper.ts';
import { readTemplate } from '../util/template.ts';
import type { Discovery, DiscoveryKind, StoreView } from './discovery.ts';
import { existingStore, ownPath, WATCHING_HEARTBEAT } from './existing-store.ts';

const PORT = 2181;
/**
 * An entry ends with its agent's session of 10 s, whatever the TTL; an agent that is started again
 * before writes into the entry of its predecessor, and makes its own only at the next heartbeat.
 */
const INTERVALS = { agentHeartbeat: 5, managerHeartbeat: WATCHING_HEARTBEAT };
const CAVEAT = {
  problem:
    'swarm speaks to ZooKeeper without TLS: whoever reaches its port can add and remove nodes',
  fix: 'keep the port within a network that you trust, or use --discovery etcd',
};
const FOLDER = '/etc/swarmctl/zookeeper';

async function ask(store: StoreEndpoint, prefix: string, signal: AbortSignal): Promise<StoreView> {
  const { version = '?', members } = await askZooKeeper(store, prefix, signal);
  return { version: `ZooKeeper ${version}`, members };
}

/** A single ZooKeeper. Swarm speaks to it without TLS and without a password. */
const deployed: Discovery = {
  kind: 'zk',
  agents: true,
  managerLast: true,
  credentials: 'none',
  caveat: CAVEAT,
  deployed: {
    port: PORT,
    defaultImage: 'zookeeper:3.9.4',
    imageIs: 'image of ZooKeeper, with zkServer.sh in its PATH',
    tls: false,
    service: (record) => ({
      name: 'zookeeper',
      image: record.storeImage ?? '',
      entrypoint: ['zkServer.sh'],
      command: ['start-foreground', `${FOLDER}/zoo.cfg`],
      credentials: [],
      mounts: [FOLDER],
      // The published image would take a gigabyte.
      environment: { SERVER_JVMFLAGS: '-Xmx128m' },
      volume: { name: 'swarmctl-zookeeper', path: '/var/lib/swarmctl-zookeeper' },
    }),
  },
  files: async (record) => {
    const port = listenPort(masterOf(record), 'store', PORT);
    const template = await readTemplate('zookeeper/zoo.cfg');
    return [{ path: `${FOLDER}/zoo.cfg`, text: template.replace('{{port}}', String(port)) }];
  },
  wiring: (record) => ({
    url: `zk://${storeAddress(record)}/${ownPath(record)}`,
    options: [],
    credentials: [],
    ...INTERVALS,
  }),
  ask: async (access, record, signal) => ask(await access.endpoint(), ownPath(record), signal),
};

export const zk: DiscoveryKind = {
  kind: 'zk',
  facts: {
    summary: 'ZooKeeper, watched by the manager',
    needs: 'nothing (deployed on the master), or a ZooKeeper from 3.4.5 on',
    managers: true,
    lostAfter: 'its session, about 10 s',
    tls: 'none: swarm cannot',
  },
  tlsFiles: 'none',
  deploy: deployed,
  existing: (url) =>
    existingStore({
      url,
      tls: false,
      managerLast: true,
      caveat: CAVEAT,
      wiring: INTERVALS,
      ask,
      remove: deleteFromZooKeeper,
      prune: pruneZooKeeper,
      doubts: () => Promise.resolve([]),
    }),
};
