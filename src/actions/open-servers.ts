import type { ClusterRecord } from '../cluster/record.ts';
import { Servers } from '../hosts/ssh/servers.ts';
import type { ClusterFolder } from '../state/home.ts';
import { Seldom } from '../util/still-waiting.ts';
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
      onWaiting: seldomNoted(context),
      onNewKey: (key) => {
        context.note(`took the host key of ${key} at the first contact`);
      },
    },
    context.signal,
  );
}

/** Tells of long waits where no plan runs yet that could show them. */
export function seldomNoted({ note }: Pick<ActionContext, 'note'>): (sentence: string) => void {
  const seldom = new Seldom();
  return (sentence) => {
    if (seldom.isDue(sentence)) note(sentence);
  };
}
