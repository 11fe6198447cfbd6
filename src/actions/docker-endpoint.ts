import path from 'node:path';
import { engineKeysFolder } from '../cluster/credentials.ts';
import { isLocal } from '../cluster/record.ts';
import { SwarmctlError } from '../errors.ts';
import { engineUrl, managerUrl } from '../hosts/access.ts';
import { isSsh } from '../hosts/kind.ts';
import type { ClusterFolder } from '../state/home.ts';
import type { ActionContext } from './context.ts';
import { engineKeys } from './engine-keys.ts';
import type { Subject } from './find-subject.ts';

/** Where the docker CLI on this machine finds what is meant: a cluster's manager, or a host's engine. */
export function dockerUrl({ record, host }: Subject): string {
  return host ? engineUrl(host) : managerUrl(record);
}

/** The folder with the `ca.pem`, `cert.pem` and `key.pem` that open it; undefined without TLS. */
export async function dockerCertificates(
  { record, host }: Subject,
  { home }: Pick<ActionContext, 'home'>,
): Promise<string | undefined> {
  const { name, insecure } = record.spec;
  if (insecure) return undefined;
  const folder = home.cluster(name);
  if (host && !isLocal(host) && !isSsh(host)) {
    await engineKeys(folder, host);
    return path.join(folder.path, engineKeysFolder(host));
  }
  await requireClientCertificate(folder);
  return folder.clientCertificates;
}

async function requireClientCertificate(folder: ClusterFolder): Promise<void> {
  if ((await folder.read('client/key.pem')) !== undefined) return;
  const { name } = folder;
  throw new SwarmctlError(
    'STATE',
    `the client certificate of ${name} is not on this machine (${folder.clientCertificates})`,
    { suggestions: [`swarmctl destroy ${name}, then create it anew`] },
  );
}
