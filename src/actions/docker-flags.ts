import path from 'node:path';
import { CREDENTIAL_FILES } from '../cluster/credentials.ts';
import type { ActionContext } from './context.ts';
import { dockerCertificates, dockerUrl } from './docker-endpoint.ts';
import { apiVersion } from './docker-environment.ts';
import type { Subject } from './find-subject.ts';

/** The flags that point one call of the docker CLI at a cluster's manager or at a host's engine. */
export async function dockerFlags(subject: Subject, context: ActionContext): Promise<string[]> {
  const [folder, api] = await Promise.all([
    dockerCertificates(subject, context),
    apiVersion(subject, context),
  ]);
  if (api !== undefined) {
    context.warn(`this docker CLI takes no flag for it, and needs DOCKER_API_VERSION=${api}`);
  }
  const host = `-H=${dockerUrl(subject)}`;
  if (folder === undefined) return [host];
  const file = (name: string) => path.join(folder, name);
  return [
    '--tlsverify',
    `--tlscacert=${file(CREDENTIAL_FILES.ca)}`,
    `--tlscert=${file(CREDENTIAL_FILES.certificate)}`,
    `--tlskey=${file(CREDENTIAL_FILES.key)}`,
    host,
  ];
}
