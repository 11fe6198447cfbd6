import type { ClusterRecord } from '../cluster/record.ts';
import { Servers } from '../hosts/ssh/servers.ts';
import type { ClusterFolder } from '../state/home.ts';
import type { ActionContext } from './context.ts';

/** The servers of a cluster; nothing is connected before it is needed. */
export function openServers(
  folder: Pick<ClusterFolder, 'knownHosts'>,
  { keyFile, strict }: ClusterRecord['ssh'],
  context: ActionContext,
  patience = context.remaining,
): Servers {
  return new Servers(
    {
      keyFile: keyFile ?? undefined,
      strict,
      knownHostsFile: folder.knownHosts,
      interactive: context.interactive,
      remaining: patience,
      onNewKey: (key) => {
        context.note(`took the host key of ${key} at the first contact`);
      },
    },
    context.signal,
  );
}
