import { masterOf, publicRecord, type ClusterRecord, type Host } from '../cluster/record.ts';
import { managerUrl } from '../hosts/access.ts';
import type { ActionContext } from './context.ts';
import { findSubject } from './find-subject.ts';

/** A cluster as it was laid out, or one host of it; without anything secret, and asking nobody. */
type Inspected =
  | (ClusterRecord & { readonly name: string; readonly manager: string })
  | (Host & { readonly cluster: string; readonly role: 'master' | 'node' | 'master and node' });

export async function showRecord(
  word: string | undefined,
  context: ActionContext,
): Promise<Inspected> {
  const { record, host } = await findSubject(word, context);
  const { name } = record.spec;
  if (!host) return { name, manager: managerUrl(record), ...publicRecord(record) };
  const role = host === masterOf(record) ? (host.node ? 'master and node' : 'master') : 'node';
  return { ...host, cluster: name, role };
}
