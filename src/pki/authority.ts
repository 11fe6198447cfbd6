import {
  assemble,
  contextual,
  distinguishedName,
  extension,
  generateKey,
  keyIdentifier,
  keyPair,
  primitive,
  sequence,
  validity,
} from './assemble.ts';
import type { KeyPair } from './key-pair.ts';
import forge from 'node-forge';

const { Type } = forge.asn1;
const DEFAULT_DAYS = 3650;

/** A new self-signed CA. */
export async function createAuthority(
  commonName: string,
  { days = DEFAULT_DAYS, now = new Date() }: { days?: number; now?: Date } = {},
): Promise<KeyPair> {
  const { publicKey, privateKey } = await generateKey();
  const name = distinguishedName(commonName);
  const identifier = keyIdentifier(publicKey);
  const certificate = assemble({
    subject: name,
    issuer: name,
    publicKey,
    ...validity(days, now),
    signer: privateKey,
    extensions: [
      extension('basicConstraints', true, sequence([primitive(Type.BOOLEAN, '\xff')])),
      // keyCertSign and cRLSign: bits 5 and 6, the lowest bit unused.
      extension('keyUsage', true, primitive(Type.BITSTRING, '\x01\x06')),
      extension('subjectKeyIdentifier', false, primitive(Type.OCTETSTRING, identifier)),
      extension('authorityKeyIdentifier', false, sequence([contextual(0, identifier)])),
    ],
  });
  return keyPair(certificate, privateKey);
}
