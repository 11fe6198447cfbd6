import { SWARM_CLIENT_API } from '../cluster/limits.ts';
import { dockerCliVersion } from '../engine/docker-cli.ts';
import type { ActionContext } from './context.ts';
import { dockerCertificates, dockerUrl } from './docker-endpoint.ts';
import { MEMORY, remember, remembered, type Variables } from './env-memory.ts';
import type { Subject } from './find-subject.ts';
import { clusterAddresses, PROXY_VARIABLES, withoutProxy } from './no-proxy.ts';

/**
 * What `env` sets, or clears where it would lead elsewhere. DOCKER_MACHINE_NAME is what prompts show
 * that were made for docker-machine.
 */
export const VARIABLES = [
  'DOCKER_TLS_VERIFY',
  'DOCKER_HOST',
  'DOCKER_CERT_PATH',
  'DOCKER_API_VERSION',
  'DOCKER_MACHINE_NAME',
  'SWARMCTL_CLUSTER',
] as const;

/** The docker CLI from which on it no longer negotiates down to the manager's API by itself. */
const FIRST_STUBBORN_CLI = 29;

/**
 * The variables that point a docker CLI at a cluster's manager or at the engine of a host, and what
 * lets the shell remember those that were there before; null for one to clear.
 */
export async function dockerEnvironment(
  subject: Subject,
  noProxy: boolean,
  context: ActionContext,
): Promise<Variables> {
  const { record, host } = subject;
  const [certificates, api] = await Promise.all([
    dockerCertificates(subject, context),
    apiVersion(subject, context),
  ]);
  const before = whatWasThere(context.env, noProxy ? PROXY_VARIABLES : []);
  return {
    ...before,
    DOCKER_TLS_VERIFY: certificates === undefined ? null : '1',
    DOCKER_HOST: dockerUrl(subject),
    DOCKER_CERT_PATH: certificates ?? null,
    DOCKER_API_VERSION: api ?? null,
    DOCKER_MACHINE_NAME: host?.name ?? record.spec.name,
    SWARMCTL_CLUSTER: record.spec.name,
    ...(noProxy && withoutProxy(before, clusterAddresses(record))),
    [MEMORY]: remember(before),
  };
}

/** The variables as they were before `env` was first evaluated in this shell. */
export function environmentBefore({ env, note }: Pick<ActionContext, 'env' | 'note'>): Variables {
  if (env[MEMORY] === undefined) {
    note('nothing to take back: env has not been evaluated in this shell');
  }
  return { ...whatWasThere(env), [MEMORY]: null };
}

/** As the shell remembers it; what it has not been told to remember is as it was. */
function whatWasThere(env: NodeJS.ProcessEnv, further: readonly string[] = []): Variables {
  const known = remembered(env, [...VARIABLES, ...PROXY_VARIABLES]);
  const names = new Set([...VARIABLES, ...further, ...Object.keys(known)]);
  const now = Object.fromEntries([...names].map((name) => [name, env[name] ?? null]));
  return { ...now, ...known };
}

/** The API version that the docker CLI on the PATH has to be told, if any. */
export async function apiVersion(
  { host }: Subject,
  { env }: Pick<ActionContext, 'env'>,
): Promise<string | undefined> {
  if (host) return undefined;
  const cli = await dockerCliVersion(env);
  return cli !== undefined && cli >= FIRST_STUBBORN_CLI ? SWARM_CLIENT_API : undefined;
}
