import { managerUrl } from '../hosts/access.ts';
import { SWARM_CLIENT_API } from '../cluster/limits.ts';
import { SwarmctlError } from '../errors.ts';
import { dockerCliVersion } from '../engine/docker-cli.ts';
import type { ActionContext } from './context.ts';
import { requireCluster } from './find-cluster.ts';

/** Everything `env` may set, and so what `env --unset` clears. */
export const VARIABLES = [
  'DOCKER_TLS_VERIFY',
  'DOCKER_HOST',
  'DOCKER_CERT_PATH',
  'DOCKER_API_VERSION',
  'SWARMCTL_CLUSTER',
] as const;

/** The docker CLI from which on it no longer negotiates down to the manager's API by itself. */
const FIRST_STUBBORN_CLI = 29;

/** The variables that point a docker CLI at the cluster's manager. */
export async function clusterEnvironment(
  name: string | undefined,
  context: ActionContext,
): Promise<Record<string, string>> {
  const record = await requireCluster(name, context);
  const folder = context.home.cluster(record.spec.name);
  if ((await folder.read('client/key.pem')) === undefined) {
    throw new SwarmctlError(
      'STATE',
      `the client certificate of ${record.spec.name} is not on this machine (${folder.clientCertificates})`,
      { suggestions: [`swarmctl destroy ${record.spec.name}, then create it anew`] },
    );
  }
  const cli = await dockerCliVersion(context.env);
  return {
    ...(!record.spec.insecure && {
      DOCKER_TLS_VERIFY: '1',
      DOCKER_CERT_PATH: folder.clientCertificates,
    }),
    DOCKER_HOST: managerUrl(record),
    ...(cli !== undefined && cli >= FIRST_STUBBORN_CLI && { DOCKER_API_VERSION: SWARM_CLIENT_API }),
    SWARMCTL_CLUSTER: record.spec.name,
  };
}
