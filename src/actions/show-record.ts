import {
  publicRecord,
  roleOf,
  type ClusterRecord,
  type Host,
  type Role,
} from '../cluster/record.ts';
import { managerUrl } from '../hosts/access.ts';
import type { ActionContext } from './context.ts';
import { findSubject } from './find-subject.ts';

/** A cluster as it was laid out, or one host of it; without anything secret, and asking nobody. */
type Inspected =
  | (ClusterRecord & { readonly name: string; readonly manager: string })
  | (Host & { readonly cluster: string; readonly role: Role });

export async function showRecord(
  word: string | undefined,
  context: ActionContext,
): Promise<Inspected> {
  const { record, host } = await findSubject(word, context);
  const { name } = record.spec;
  if (!host) return { name, manager: managerUrl(record), ...publicRecord(record) };
  return { ...host, cluster: name, role: roleOf(host) };
}
