import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../helpers/eventually.ts';
import {
  existingConsul,
  existingEtcd,
  existingZooKeeper,
  type ExistingStore,
} from '../helpers/existing-stores.ts';
import { bestSwarm, sandbox, swarms, type SwarmUnderTest } from '../helpers/settings.ts';
import { Workplace } from '../helpers/workplace.ts';

/** Short intervals, so that a lost node is seen within seconds. */
const QUICK = [
  ...['--swarm-join-opt', 'heartbeat=2s', '--swarm-join-opt', 'ttl=6s'],
  ...['--swarm-opt', 'heartbeat=3s'],
  ...['--nodes', '2'],
];

async function untilHealthy(place: Workplace, cluster: string): Promise<void> {
  const waiting = ['status', cluster, '--wait', 'healthy', '--timeout', '150s'];
  const { exitCode, stderr } = await place.swarmctl(waiting);
  expect(exitCode, stderr).toBe(0);
}

/** What holds for every store in which nodes register, once the cluster is there. */
function membership(place: () => Workplace, cluster: string, store: () => StoreControl): void {
  it('is healthy, and its store lists every node', async () => {
    const { health, discovery, nodes } = await place().status(cluster);
    expect(health).toBe('healthy');
    expect(discovery.members).toEqual(nodes.map(({ address }) => address).sort());
  });

  it('a node is lost and comes back: it joins after the manager', async () => {
    await place().dockerOn(`${cluster}-1`, 'stop', '--time', '1', 'swarm-agent');
    const [lost] = (await place().status(cluster)).nodes;
    const gone = await eventually(
      () => place().status(cluster),
      ({ nodes, discovery }) =>
        nodes[0]?.status === 'Absent' && !discovery.members.includes(lost?.address ?? ''),
    );
    expect(gone.health).toBe('degraded');
    expect(gone.problems.join()).toContain('swarm-agent ended');
    await place().dockerOn(`${cluster}-1`, 'start', 'swarm-agent');
    await untilHealthy(place(), cluster);
  });

  it('the store restarts: no node is lost', async () => {
    await store().restart();
    const seen = await place().status(cluster);
    expect(seen.nodes.map(({ status }) => status)).toEqual(['Healthy', 'Healthy']);
    await untilHealthy(place(), cluster);
    const { nodes } = await place().status(cluster);
    expect(nodes.map(({ status }) => status)).toEqual(['Healthy', 'Healthy']);
  });

  it('the store is wiped: the nodes register again', async () => {
    await store().wipe();
    await untilHealthy(place(), cluster);
  });
}

interface StoreControl {
  restart(): Promise<unknown>;
  wipe(): Promise<unknown>;
}

const deployed: {
  kind: string;
  title: string;
  flags: () => string[];
  container: string;
  volume: string;
  swarms: readonly SwarmUnderTest[];
}[] = [
  {
    kind: 'token',
    title: 'the token service',
    flags: () => [],
    container: 'swarm-token',
    volume: 'swarmctl-token',
    swarms,
  },
  {
    kind: 'etcd',
    title: 'etcd 3.4',
    flags: () => ['--etcd-image', sandbox.etcdImage()],
    container: 'etcd',
    volume: 'swarmctl-etcd',
    swarms,
  },
  {
    kind: 'etcd',
    title: 'etcd 3.5',
    flags: () => ['--etcd-image', sandbox.etcd35Image()],
    container: 'etcd',
    volume: 'swarmctl-etcd',
    swarms: [bestSwarm],
  },
  {
    kind: 'zk',
    title: 'ZooKeeper',
    flags: () => ['--zk-image', sandbox.zookeeperImage()],
    container: 'zookeeper',
    volume: 'swarmctl-zookeeper',
    // The stand-in does not speak ZooKeeper.
    swarms: swarms.filter(({ standIn }) => !standIn),
  },
];

for (const { kind, title, flags, container, volume, swarms: underTest } of deployed) {
  describe.each(underTest)(`${title}, deployed, with $title`, (swarm) => {
    const cluster = `d-${kind}`;
    let place: Workplace;

    beforeAll(async () => {
      place = await Workplace.open();
      await place.create(cluster, ['--discovery', kind, ...flags(), ...QUICK], swarm);
    });

    afterAll(async () => {
      await place.close(cluster);
    });

    membership(
      () => place,
      cluster,
      () => ({
        restart: () => place.dockerOn(`${cluster}-m`, 'restart', '--time', '2', container),
        async wipe() {
          await place.dockerOn(`${cluster}-m`, 'rm', '--force', '--volumes', container);
          await place.dockerOn(`${cluster}-m`, 'volume', 'rm', volume);
          // The same create again makes what is missing.
          await place.create(cluster, ['--discovery', kind, ...flags(), ...QUICK], swarm);
        },
      }),
    );
  });
}

const existing: {
  title: string;
  open: (place: Workplace) => Promise<ExistingStore>;
  swarms: readonly SwarmUnderTest[];
}[] = [
  {
    title: 'etcd that exists',
    open: (place) => existingEtcd(place, sandbox.etcdImage()),
    swarms: [bestSwarm],
  },
  {
    title: 'ZooKeeper that exists',
    open: existingZooKeeper,
    swarms: swarms.filter(({ standIn }) => !standIn),
  },
  {
    title: "a server of consul's API that exists",
    open: existingConsul,
    swarms: swarms.filter(({ standIn }) => !standIn),
  },
];

for (const { title, open, swarms: underTest } of existing) {
  describe.each(underTest)(`${title}, with $title`, (swarm) => {
    const [cluster, other] = ['first', 'second'];
    let place: Workplace;
    let store: ExistingStore | undefined;
    const flags = () => ['--discovery', `${store?.url ?? ''}/team`, ...QUICK];

    beforeAll(async () => {
      place = await Workplace.open();
      store = await open(place);
      // A store that has just been started may not serve yet, which preflight would say.
      await eventually(
        () => place.swarmctl(place.createArguments(cluster, flags(), swarm)),
        ({ exitCode }) => exitCode === 0,
      );
    });

    afterAll(async () => {
      await place.close(cluster, other);
      await store?.remove();
    });

    membership(
      () => place,
      cluster,
      () => {
        if (!store) throw new Error('there is no store');
        return store;
      },
    );

    it('two clusters share it, and destroying one leaves the other', async () => {
      await place.create(other, flags(), swarm);
      const [first, second] = [await place.status(cluster), await place.status(other)];
      expect([first.health, second.health]).toEqual(['healthy', 'healthy']);
      expect(first.discovery.members).not.toEqual(second.discovery.members);
      expect((await place.swarmctl(['destroy', other, '--yes'])).exitCode).toBe(0);
      expect((await place.status(cluster)).health).toBe('healthy');
      // Its entries are gone at once: a cluster of that name may be made again.
      await place.create(other, flags(), swarm);
    });
  });
}

describe('what is left in an etcd that exists', () => {
  let place: Workplace;
  let store: ExistingStore | undefined;
  const keys = () => `${store?.url.replace('etcd:', 'http:') ?? ''}/v2/keys`;
  const has = async (key: string) => (await fetch(`${keys()}/${key}`)).status === 200;

  beforeAll(async () => {
    place = await Workplace.open();
    store = await existingEtcd(place, sandbox.etcdImage());
    await eventually(
      async () =>
        // A connection may be taken before there is an etcd behind it, and then lead nowhere.
        fetch(keys(), { signal: AbortSignal.timeout(2000) }).then(
          ({ ok }) => ok,
          () => false,
        ),
      Boolean,
    );
    await fetch(`${keys()}/team/mine`, {
      method: 'PUT',
      body: new URLSearchParams({ value: 'x' }),
    });
    await place.create('team', ['--discovery', store.url, ...QUICK]);
    await place.create('inner', ['--discovery', `${store.url}/team`, ...QUICK]);
  });

  afterAll(async () => {
    await place.close('team', 'inner');
    await store?.remove();
  });

  it("is everything that is not the cluster's, also below its path", async () => {
    expect((await place.swarmctl(['destroy', 'team', '--yes'])).exitCode).toBe(0);
    expect(await has('team/docker')).toBe(false);
    expect(await has('team/mine')).toBe(true);
    expect((await place.status('inner')).health).toBe('healthy');
  });

  it('is asked for before anything is removed', async () => {
    await place.docker('pause', 'test-etcd');
    const refused = await place.swarmctl(['destroy', 'inner', '--yes']);
    await place.docker('unpause', 'test-etcd');
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('nothing was removed');
    expect(refused.stderr).toContain('--keep-entries');
    await untilHealthy(place, 'inner');
    const kept = await place.swarmctl(['destroy', 'inner', '--yes', '--keep-entries']);
    expect(kept.exitCode).toBe(0);
    expect(await has('team/inner/docker')).toBe(true);
  });
});

describe.each(['nodes', 'file'])('%s: a list without a store', (kind) => {
  let place: Workplace;

  beforeAll(async () => {
    place = await Workplace.open();
    await place.create(kind, ['--discovery', kind, ...QUICK]);
  });

  afterAll(async () => {
    await place.close(kind);
  });

  it('is healthy without agents', async () => {
    const { health, nodes, discovery } = await place.status(kind);
    expect(health).toBe('healthy');
    expect(discovery.members).toEqual(nodes.map(({ address }) => address).sort());
    expect(await place.dockerOn(`${kind}-1`, 'ps', '--all', '--quiet')).toBe('');
  });

  it('a node is lost and comes back', async () => {
    await place.docker('stop', '--time', '1', `swarmctl-${kind}-1`);
    await eventually(
      () => place.status(kind),
      ({ health }) => health === 'degraded',
    );
    await place.docker('start', `swarmctl-${kind}-1`);
    await untilHealthy(place, kind);
  });
});

it('a file that somebody changed is put right by the same create', async () => {
  const place = await Workplace.open();
  try {
    const flags = ['--discovery', 'file', ...QUICK];
    await place.create('file', flags);
    const file = '/etc/swarmctl/discovery/nodes';
    await place.docker('exec', 'swarmctl-file-m', 'sh', '-c', `echo 10.117.9.9:2376 > ${file}`);
    const changed = await eventually(
      () => place.status('file'),
      ({ nodes }) => nodes.every(({ status }) => status === 'Absent'),
    );
    expect(changed.health).toBe('down');
    await place.create('file', flags);
    await untilHealthy(place, 'file');
  } finally {
    await place.close('file');
  }
});
