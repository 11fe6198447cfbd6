/** What the sandbox hands to the tests; `npm test` sets all of it. */
function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run the tests with npm test`);
  return value;
}

export const sandbox = {
  /** Folder of the private engine. */
  folder: () => setting('SWARMCTL_TEST_SANDBOX'),
  engine: () => setting('SWARMCTL_TEST_ENGINE'),
  nodeImage: () => setting('SWARMCTL_TEST_NODE_IMAGE'),
  etcdImage: () => setting('SWARMCTL_TEST_ETCD_IMAGE'),
  standInImage: () => setting('SWARMCTL_TEST_STANDIN_IMAGE'),
  /** Set for the end-to-end tests only, like the next. */
  zookeeperImage: () => setting('SWARMCTL_TEST_ZOOKEEPER_IMAGE'),
  etcd35Image: () => setting('SWARMCTL_TEST_ETCD35_IMAGE'),
  composePlugin: () => setting('SWARMCTL_TEST_COMPOSE_PLUGIN'),
  sleeperImage: () => setting('SWARMCTL_TEST_SLEEPER_IMAGE'),
  sleeperArchive: () => setting('SWARMCTL_TEST_SLEEPER_ARCHIVE'),
};

/** A swarm that clusters can be made with. */
export interface SwarmUnderTest {
  readonly title: string;
  /** Flags of `create` that select it. */
  readonly flags: readonly string[];
  readonly serverVersion: string;
  readonly standIn: boolean;
}

const REAL_ARCHIVE = process.env.SWARMCTL_TEST_SWARM_ARCHIVE;

const standIn: SwarmUnderTest = {
  title: 'the stand-in',
  flags: ['--swarm-image', process.env.SWARMCTL_TEST_STANDIN_IMAGE ?? ''],
  serverVersion: 'swarm/1.2.9-stand-in',
  standIn: true,
};

/** The stand-in always, and the real swarm where its archive was given. */
export const swarms: readonly SwarmUnderTest[] = [
  standIn,
  ...(REAL_ARCHIVE === undefined
    ? []
    : [
        {
          title: 'the real swarm',
          flags: ['--image-archive', REAL_ARCHIVE],
          serverVersion: 'swarm/1.2.9',
          standIn: false,
        },
      ]),
];

/** The most real swarm there is. */
export const bestSwarm: SwarmUnderTest = swarms.at(-1) ?? standIn;
