import { localChecks } from './checks.ts';
import { clusterChecks } from './remote/cluster-checks.ts';
import { hostChecks } from './remote/host-checks.ts';

/** Checks of hosts that were there before; the first two are what connecting to them is. */
export const REMOTE_CHECKS = [
  ...['ssh', 'engine', 'tls'],
  ...Object.keys(hostChecks),
  ...Object.keys(clusterChecks),
  ...['images', 'reach', 'store'],
];

export const LOCAL_CHECKS = localChecks.map(({ name }) => name);

/** The name of every check, as `--ignore-preflight` takes them. */
export const CHECK_NAMES = [...new Set([...LOCAL_CHECKS, ...REMOTE_CHECKS])];
