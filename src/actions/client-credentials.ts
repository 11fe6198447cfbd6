import type { Host } from '../cluster/record.ts';
import { credentialFolder } from '../cluster/credentials.ts';
import type { TlsClient } from '../engine/endpoint.ts';
import { SwarmctlError } from '../errors.ts';
import type { Hosts } from '../hosts/hosts.ts';
import type { ClusterFolder } from '../state/home.ts';
import { credentialFiles } from './credential-files.ts';

/**
 * The client certificate of a cluster: from this machine's state or, when that is lost, the
 * manager's own from the master, which whoever may use the outer engine can read anyway.
 */
export async function clientCredentials(
  folder: ClusterFolder,
  hosts: Hosts,
  master: Host,
  signal: AbortSignal,
): Promise<TlsClient> {
  const { ca, cert, key } = await credentialFiles((file) => folder.read(`client/${file}`));
  if (ca !== undefined && cert !== undefined && key !== undefined) return { ca, cert, key };
  return credentialsOnMaster(hosts, master, signal);
}

async function credentialsOnMaster(
  hosts: Hosts,
  master: Host,
  signal: AbortSignal,
): Promise<TlsClient> {
  const files = await hosts.read(master, credentialFolder('manager'), signal);
  const { ca, cert, key } = await credentialFiles((file) => files.get(file));
  if (ca === undefined || cert === undefined || key === undefined) {
    throw new SwarmctlError(
      'STATE',
      'the client certificate is on neither this machine nor the master',
    );
  }
  return { ca, cert, key };
}
