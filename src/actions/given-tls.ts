import { CREDENTIAL_FILES, credentialFolder } from '../cluster/credentials.ts';
import type { Host } from '../cluster/record.ts';
import type { LocalHosts } from '../hosts/local/local-hosts.ts';
import type { ClusterFolder } from '../state/home.ts';
import type { StoreTls } from '../stores/address.ts';

/**
 * What the person gave to reach a store that exists: from this machine's state or, when that is
 * lost, from the master; undefined when it is nowhere.
 */
export async function givenTls(
  folder: ClusterFolder,
  hosts: LocalHosts,
  master: Host,
  signal: AbortSignal,
): Promise<StoreTls | undefined> {
  const names = [CREDENTIAL_FILES.ca, CREDENTIAL_FILES.certificate, CREDENTIAL_FILES.key];
  const [ca, cert, key] = await Promise.all(names.map((name) => folder.read(`discovery/${name}`)));
  if (ca !== undefined) return { ca, cert, key };
  const files = await hosts.read(master, credentialFolder('discovery'), signal);
  const there = files.get(CREDENTIAL_FILES.ca);
  if (there === undefined) return undefined;
  return {
    ca: there,
    cert: files.get(CREDENTIAL_FILES.certificate),
    key: files.get(CREDENTIAL_FILES.key),
  };
}
