import { engineKeysFolder } from '../cluster/credentials.ts';
import type { Host } from '../cluster/record.ts';
import type { TlsClient } from '../engine/endpoint.ts';
import { SwarmctlError } from '../errors.ts';
import type { ClusterFolder } from '../state/home.ts';
import { credentialFiles } from './credential-files.ts';

/** What opens an engine that listens on TCP already: what the person gave, kept by this machine alone. */
export async function engineKeys(folder: ClusterFolder, host: Host): Promise<TlsClient> {
  const { ca, cert, key } = await credentialFiles((file) =>
    folder.read(`${engineKeysFolder(host)}/${file}`),
  );
  if (ca !== undefined && cert !== undefined && key !== undefined) return { ca, cert, key };
  throw new SwarmctlError('STATE', `what opens the engine at ${host.url} is not on this machine`, {
    host: host.name,
    suggestions: ['give it again: --tls-ca-cert, --tls-cert and --tls-key'],
  });
}
