import { credentialFolder } from '../cluster/credentials.ts';
import type { Host } from '../cluster/record.ts';
import type { Hosts } from '../hosts/hosts.ts';
import type { ClusterFolder } from '../state/home.ts';
import type { StoreTls } from '../stores/address.ts';
import { credentialFiles } from './credential-files.ts';

/**
 * What the person gave to reach a store that exists: from this machine's state or, when that is
 * lost, from the master; undefined when it is nowhere.
 */
export async function givenTls(
  folder: ClusterFolder,
  hosts: Hosts,
  master: Host,
  signal: AbortSignal,
): Promise<StoreTls | undefined> {
  const kept = await credentialFiles((file) => folder.read(`discovery/${file}`));
  if (kept.ca !== undefined) return kept;
  const files = await hosts.read(master, credentialFolder('discovery'), signal);
  const there = await credentialFiles((file) => files.get(file));
  return there.ca === undefined ? undefined : there;
}
