import { localChecks } from './checks.ts';
import { INDISPENSABLE } from './indispensable.ts';
import { clusterChecks } from './remote/cluster-checks.ts';
import { hostChecks } from './remote/host-checks.ts';

/** Checks of hosts that were there before. */
export const REMOTE_CHECKS = [
  ...INDISPENSABLE,
  ...Object.keys(hostChecks),
  ...Object.keys(clusterChecks),
  ...['images', 'reach', 'store'],
];

export const LOCAL_CHECKS = localChecks.map(({ name }) => name);

/** The checks whose errors may be ignored. */
export const IGNORABLE = [...new Set([...LOCAL_CHECKS, ...REMOTE_CHECKS])].filter(
  (name) => !INDISPENSABLE.includes(name),
);
