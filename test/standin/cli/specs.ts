import type { FlagSpec } from './flags.ts';

export const FILTER_NAMES = [
  'health',
  'port',
  'containerslots',
  'dependency',
  'affinity',
  'constraint',
  'whitelist',
] as const;

export const globalFlags: readonly FlagSpec[] = [
  { names: ['debug'], kind: 'bool', env: 'DEBUG' },
  { names: ['log-level', 'l'], kind: 'string', initial: 'info' },
  { names: ['experimental'], kind: 'bool' },
  { names: ['help', 'h'], kind: 'bool' },
  { names: ['version', 'v'], kind: 'bool' },
];

const help: FlagSpec = { names: ['help', 'h'], kind: 'bool' };
const discoveryOpt: FlagSpec = { names: ['discovery-opt'], kind: 'list' };
const heartbeat: FlagSpec = { names: ['heartbeat'], kind: 'string', initial: '60s' };
const advertise: FlagSpec = {
  names: ['advertise', 'addr'],
  kind: 'string',
  env: 'SWARM_ADVERTISE',
};

export const manageFlags: readonly FlagSpec[] = [
  help,
  { names: ['strategy'], kind: 'string', initial: 'spread' },
  { names: ['filter', 'f'], kind: 'list', initial: FILTER_NAMES.join(',') },
  { names: ['host', 'H'], kind: 'list', initial: 'tcp://127.0.0.1:2375', env: 'SWARM_HOST' },
  { names: ['replication'], kind: 'bool' },
  { names: ['replication-ttl'], kind: 'string', initial: '20s' },
  advertise,
  { names: ['tls'], kind: 'bool' },
  { names: ['tlsverify'], kind: 'bool' },
  { names: ['tlscacert'], kind: 'string' },
  { names: ['tlscert'], kind: 'string' },
  { names: ['tlskey'], kind: 'string' },
  { names: ['engine-refresh-min-interval'], kind: 'string', initial: '30s' },
  { names: ['engine-refresh-max-interval'], kind: 'string', initial: '60s' },
  { names: ['engine-failure-retry'], kind: 'int', initial: '3' },
  { names: ['engine-refresh-retry'], kind: 'int', initial: '3' },
  heartbeat,
  { names: ['api-enable-cors', 'cors'], kind: 'bool' },
  { names: ['cluster-driver', 'c'], kind: 'string', initial: 'swarm' },
  { names: ['cluster-opt'], kind: 'list' },
  discoveryOpt,
  { names: ['refresh-on-node-filter'], kind: 'bool' },
  { names: ['container-name-refresh-filter'], kind: 'string' },
];

export const joinFlags: readonly FlagSpec[] = [
  help,
  advertise,
  heartbeat,
  { names: ['ttl'], kind: 'string', initial: '180s' },
  { names: ['delay'], kind: 'string', initial: '0s' },
  discoveryOpt,
];

export const listFlags: readonly FlagSpec[] = [
  help,
  { names: ['timeout'], kind: 'string', initial: '10s' },
  discoveryOpt,
];
