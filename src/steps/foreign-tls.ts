import { CREDENTIAL_FILES, FOREIGN_FOLDER } from '../cluster/credentials.ts';
import type { KeyPair } from '../pki/key-pair.ts';
import type { ClusterFolder } from '../state/home.ts';

/** Of engines that have TLS of a CA that is not ours: the CA, and the manager's certificate of it. */
interface ForeignTls {
  readonly ca: string;
  readonly manager: KeyPair;
}

/** Undefined where all certificates are issued by the cluster's own CA. */
export async function readForeignTls(folder: ClusterFolder): Promise<ForeignTls | undefined> {
  const [ca, certificate, privateKey] = await Promise.all(
    [CREDENTIAL_FILES.ca, CREDENTIAL_FILES.certificate, CREDENTIAL_FILES.key].map((file) =>
      folder.read(`${FOREIGN_FOLDER}/${file}`),
    ),
  );
  if (ca === undefined || certificate === undefined || privateKey === undefined) return undefined;
  return { ca, manager: { certificate, privateKey } };
}

/** The CAs that engines, manager and clients trust. */
export function trusted(
  authority: Pick<KeyPair, 'certificate'>,
  foreign: ForeignTls | undefined,
): string {
  return foreign ? `${authority.certificate.trimEnd()}\n${foreign.ca}` : authority.certificate;
}
