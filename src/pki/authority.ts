import { checkSubject } from './check-subject.ts';
import { generateKey, toPem } from './generate-key.ts';
import type { KeyPair } from './key-pair.ts';
import { validityOf } from './validity.ts';

const DEFAULT_DAYS = 3650;

interface AuthorityOptions {
  /** Days of validity; 3650 unless given. */
  readonly days?: number;
  readonly now?: Date;
}

/** Makes a CA that signs itself, with an ECDSA P-256 key. */
export async function createAuthority(
  commonName: string,
  { days = DEFAULT_DAYS, now = new Date() }: AuthorityOptions = {},
): Promise<KeyPair> {
  checkSubject('common name', commonName);
  const { assembleAuthority } = await import('./assemble.ts');
  const { publicKey, privateKey } = await generateKey();
  const certificate = assembleAuthority({
    subject: { commonName },
    validity: validityOf(now, days),
    publicKey,
    privateKey,
  });
  return { certificate, privateKey: toPem(privateKey) };
}
