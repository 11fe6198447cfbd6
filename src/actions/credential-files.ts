import { CREDENTIAL_FILES } from '../cluster/credentials.ts';

/** The PEM texts of a credential set, wherever its files are; undefined for one that is missing. */
export async function credentialFiles(
  read: (file: string) => Promise<string | undefined> | string | undefined,
): Promise<Record<'ca' | 'cert' | 'key', string | undefined>> {
  const [ca, cert, key] = await Promise.all([
    read(CREDENTIAL_FILES.ca),
    read(CREDENTIAL_FILES.certificate),
    read(CREDENTIAL_FILES.key),
  ]);
  return { ca, cert, key };
}
