import { parseDuration } from '../duration.ts';
import { FatalError } from './fatal.ts';
import { parseFlags, type ParsedFlags } from './flags.ts';
import { FILTER_NAMES, joinFlags, listFlags, manageFlags } from './specs.ts';

export interface TlsFiles {
  ca: string;
  cert: string;
  key: string;
  /** False for `--tls` alone: encryption without any check, in either direction. */
  verify: boolean;
}

export interface ManageOptions {
  hosts: string[];
  tls: TlsFiles | undefined;
  filters: string[];
  discovery: string;
  discoveryOpts: Map<string, string>;
  heartbeatMs: number;
  refreshMinMs: number;
  refreshMaxMs: number;
  failureRetry: number;
}

export interface JoinOptions {
  advertise: string;
  discovery: string;
  discoveryOpts: Map<string, string>;
  heartbeatMs: number;
  ttlMs: number;
  delayMs: number;
}

export interface ListOptions {
  discovery: string;
  discoveryOpts: Map<string, string>;
  timeoutMs: number;
}

export function readManageOptions(argv: readonly string[], env: NodeJS.ProcessEnv): ManageOptions {
  const flags = parseFlags(manageFlags, argv, env);
  const tls = readTlsFiles(flags);
  const refreshMinMs = durationOrZero(flags.text('engine-refresh-min-interval'));
  const refreshMaxMs = durationOrZero(flags.text('engine-refresh-max-interval'));
  if (refreshMinMs <= 0) throw new FatalError('min refresh interval should be a positive number');
  if (refreshMaxMs < refreshMinMs) {
    throw new FatalError('max refresh interval cannot be less than min refresh interval');
  }
  if (Number(flags.text('engine-refresh-retry')) !== 3) {
    throw new FatalError('--engine-refresh-retry is deprecated. Use --engine-failure-retry');
  }
  const failureRetry = Number(flags.text('engine-failure-retry'));
  if (failureRetry <= 0) throw new FatalError('invalid failure retry count');
  const discovery = requireDiscovery(flags, env, 'manage');
  const heartbeatMs = readHeartbeat(flags);
  const discoveryOpts = readDiscoveryOpts(flags);
  checkPlacement(flags);
  return {
    hosts: flags.list('host'),
    tls,
    filters: flags.list('filter'),
    discovery,
    discoveryOpts,
    heartbeatMs,
    refreshMinMs,
    refreshMaxMs,
    failureRetry,
  };
}

export function readJoinOptions(argv: readonly string[], env: NodeJS.ProcessEnv): JoinOptions {
  const flags = parseFlags(joinFlags, argv, env);
  const discovery = requireDiscovery(flags, env, 'join');
  const advertise = flags.text('advertise');
  if (advertise === '') throw new FatalError('missing mandatory --advertise flag');
  if (!isHostAndPort(advertise)) {
    throw new FatalError('--advertise should be of the form ip:port or hostname:port');
  }
  const delayMs = readDuration(flags, 'delay');
  if (delayMs < 0) throw new FatalError('--delay should not be a negative number');
  const heartbeatMs = readHeartbeat(flags);
  const ttlMs = readDuration(flags, 'ttl');
  if (ttlMs <= heartbeatMs) {
    throw new FatalError('--ttl must be strictly superior to the heartbeat value');
  }
  return {
    advertise,
    discovery,
    discoveryOpts: readDiscoveryOpts(flags),
    heartbeatMs,
    ttlMs,
    delayMs,
  };
}

export function readListOptions(argv: readonly string[], env: NodeJS.ProcessEnv): ListOptions {
  const flags = parseFlags(listFlags, argv, env);
  const discovery = requireDiscovery(flags, env, 'list');
  const timeoutMs = readDuration(flags, 'timeout');
  if (timeoutMs <= 0) throw new FatalError('--timeout should be a positive number');
  return { discovery, discoveryOpts: readDiscoveryOpts(flags), timeoutMs };
}

/** `host:port` with a port from 1 to 65535; IPv6 hosts stand in brackets. */
function isHostAndPort(address: string): boolean {
  const [, port] = /^(?:\[[^\]]*\]|[^:[\]]*):(\d+)$/.exec(address) ?? [];
  return port !== undefined && Number(port) > 0 && Number(port) <= 65_535;
}

function readTlsFiles(flags: ParsedFlags): TlsFiles | undefined {
  const verify = flags.bool('tlsverify');
  if (!verify && !flags.bool('tls')) {
    if (flags.isSet('tlscert') || flags.isSet('tlskey') || flags.isSet('tlscacert')) {
      throw new FatalError(
        '--tlscert, --tlskey and --tlscacert require the use of either --tls or --tlsverify',
      );
    }
    return undefined;
  }
  if (!flags.isSet('tlscert') || !flags.isSet('tlskey')) {
    throw new FatalError('--tlscert and --tlskey must be provided when using --tls');
  }
  if (verify && !flags.isSet('tlscacert')) {
    throw new FatalError('--tlscacert must be provided when using --tlsverify');
  }
  return {
    ca: flags.text('tlscacert'),
    cert: flags.text('tlscert'),
    key: flags.text('tlskey'),
    verify,
  };
}

function requireDiscovery(flags: ParsedFlags, env: NodeJS.ProcessEnv, command: string): string {
  const [only, ...more] = flags.positional;
  const discovery = (more.length === 0 ? only : undefined) ?? env['SWARM_DISCOVERY'] ?? '';
  if (discovery === '') {
    throw new FatalError(
      `discovery required to ${command} a cluster. See 'swarm ${command} --help'.`,
    );
  }
  return discovery;
}

function checkPlacement(flags: ParsedFlags): void {
  const strategy = flags.text('strategy');
  if (!['spread', 'binpack', 'binpacking', 'random'].includes(strategy)) {
    throw new FatalError('strategy not supported');
  }
  if (strategy !== 'spread') throw new FatalError('this stand-in knows the spread strategy only');
  if (flags.list('filter').some((name) => !(FILTER_NAMES as readonly string[]).includes(name))) {
    throw new FatalError('filter not supported');
  }
  const driver = flags.text('cluster-driver');
  if (driver !== 'swarm') throw new FatalError(`unsupported cluster ${JSON.stringify(driver)}`);
  // Saying nothing would let a test of high availability pass against something that has none.
  if (flags.bool('replication')) throw new FatalError('this stand-in does not replicate managers');
}

function readDiscoveryOpts(flags: ParsedFlags): Map<string, string> {
  const options = new Map<string, string>();
  for (const pair of flags.list('discovery-opt')) {
    const equals = pair.indexOf('=');
    if (equals < 0) throw new FatalError('--discovery-opt must contain key=value strings');
    options.set(pair.slice(0, equals), pair.slice(equals + 1));
  }
  return options;
}

function readHeartbeat(flags: ParsedFlags): number {
  const heartbeatMs = readDuration(flags, 'heartbeat');
  if (heartbeatMs < 1000) throw new FatalError('--heartbeat should be at least one second');
  return heartbeatMs;
}

function readDuration(flags: ParsedFlags, name: string): number {
  try {
    return parseDuration(flags.text(name));
  } catch (error) {
    throw new FatalError(`invalid --${name}: ${(error as Error).message}`);
  }
}

/** The refresh intervals' parser swallows its own errors, hence their message about zero. */
function durationOrZero(text: string): number {
  try {
    return parseDuration(text);
  } catch {
    return 0;
  }
}
