import type { ClusterRecord } from '../cluster/record.ts';
import { DEFAULTS } from '../config/settings.ts';
import type { ActionContext } from './context.ts';
import { openClusterFile } from './open-cluster-file.ts';
import { hostsOf } from './requested-hosts.ts';

interface Flags {
  readonly host: readonly string[];
  readonly 'ssh-key': string | undefined;
  readonly file: string | undefined;
}

/**
 * Where to look for a cluster that this machine knows nothing of: the hosts that the person names, or
 * those of the cluster file.
 */
export async function whereToLook(
  flags: Flags,
  env: NodeJS.ProcessEnv,
): Promise<ActionContext['lookAt']> {
  const file = flags.file === undefined ? undefined : await openClusterFile(flags.file, { env });
  const settings = { ...DEFAULTS, ...file?.settings };
  const host = flags.host.length > 0 ? flags.host : settings.host;
  const keyFile = flags['ssh-key'] ?? settings['ssh-key'] ?? null;
  const strict: ClusterRecord['ssh']['strict'] =
    settings['ssh-strict'] === 'yes' ? 'yes' : 'accept-new';
  return {
    urls: hostsOf({ ...settings, host }).hosts.flatMap(({ url }) => url || []),
    ssh: { keyFile, strict },
  };
}
