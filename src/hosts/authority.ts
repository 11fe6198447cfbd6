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

/** What the person has said of certificates, where engines of another CA are in the cluster. */
interface Given {
  /** PEM of all CAs that engines and manager trust. */
  readonly trust: string;
  /** The manager's certificate, when it is not issued here. */
  readonly manager?: KeyPair;
}

/** Issues a host's credentials, to be put on it. */
export async function issueCredentials(
  host: Host,
  sets: readonly CredentialSet[],
  record: ClusterRecord,
  authority: KeyPair,
  given: Given = { trust: authority.certificate },
): Promise<FileToPut[]> {
  const { issueCertificate } = await import('../pki/index.ts');
  const files = await Promise.all(
    sets.map(async (set) => {
      const { certificate, privateKey } =
        (set === 'manager' ? given.manager : undefined) ??
        (await issueCertificate(authority, certificateRequest(set, host, record)));
      const folder = credentialFolder(set);
      // Of the store only the cluster's own have to be known.
      const ca = set === 'engine' || set === 'manager' ? given.trust : authority.certificate;
      return [
        { path: `${folder}/${CREDENTIAL_FILES.ca}`, text: ca },
        { path: `${folder}/${CREDENTIAL_FILES.certificate}`, text: certificate },
        { path: `${folder}/${CREDENTIAL_FILES.key}`, text: privateKey, mode: 0o600 },
      ];
    }),
  );
  return files.flat();
}
