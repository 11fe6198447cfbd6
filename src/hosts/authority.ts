import { CREDENTIAL_FILES, credentialFolder, type CredentialSet } from '../cluster/credentials.ts';
import type { ClusterRecord, Host } from '../cluster/record.ts';
import type { FileToPut } from '../engine/pack-files.ts';
import type { CertificateRequest, KeyPair } from '../pki/key-pair.ts';

/** The certificate a host's credential set needs. */
function certificateRequest(
  set: CredentialSet,
  host: Host,
  record: ClusterRecord,
): CertificateRequest {
  const own = [...new Set([host.name, host.address, host.reach.host, 'localhost', '127.0.0.1'])];
  const organization = record.spec.name;
  switch (set) {
    case 'engine':
      return {
        commonName: host.name,
        organization,
        usages: ['server'],
        names: [...own, ...record.spec.tlsSans],
      };
    case 'manager':
      // One certificate for both directions: swarm shows it to clients and to engines.
      return {
        commonName: `${host.name} swarm manager`,
        organization,
        usages: ['server', 'client'],
        names: [...own, ...record.spec.tlsSans],
      };
    case 'store':
      return {
        commonName: `${host.name} discovery store`,
        organization,
        usages: ['server'],
        names: own,
      };
    case 'discovery':
      return {
        commonName: `${host.name} discovery client`,
        organization,
        usages: ['client'],
        names: [],
      };
  }
}

/** Issues a host's credentials, to be put on it. */
export async function issueCredentials(
  host: Host,
  sets: readonly CredentialSet[],
  record: ClusterRecord,
  authority: KeyPair,
): Promise<FileToPut[]> {
  const { issueCertificate } = await import('../pki/index.ts');
  const files = await Promise.all(
    sets.map(async (set) => {
      const { certificate, privateKey } = await issueCertificate(
        authority,
        certificateRequest(set, host, record),
      );
      const folder = credentialFolder(set);
      return [
        { path: `${folder}/${CREDENTIAL_FILES.ca}`, text: authority.certificate },
        { path: `${folder}/${CREDENTIAL_FILES.certificate}`, text: certificate },
        { path: `${folder}/${CREDENTIAL_FILES.key}`, text: privateKey, mode: 0o600 },
      ];
    }),
  );
  return files.flat();
}
