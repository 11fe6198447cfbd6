import type { X509Certificate } from 'node:crypto';
import { bytesOf, decode, encode, isTagged, itemsOf, oid, type Der } from './der.ts';
import { SUBJECT_KEY_IDENTIFIER } from './extensions.ts';
import { keyIdentifierOf } from './key-identifier.ts';

interface Issuer {
  /** The CA's subject as its certificate spells it: Go compares issuer and subject byte for byte. */
  readonly name: Der;
  readonly keyIdentifier: Buffer;
}

/** What certificates say about the CA that signed them. */
export function issuerOf(certificate: X509Certificate): Issuer {
  const [body] = itemsOf(decode(certificate.raw));
  const fields = itemsOf(body);
  // TBSCertificate (RFC 5280 §4.1): the version in front is optional, its subject the fifth after it.
  const name = fields[isTagged(fields[0], 0) ? 5 : 4];
  if (!name || !certificate.raw.includes(encode(name))) {
    throw new Error(`the subject of the CA "${certificate.subject}" is not in DER`);
  }
  return {
    name,
    // A foreign CA may have chosen its identifier freely; verifiers insist on that one.
    keyIdentifier: declaredKeyIdentifier(fields) ?? keyIdentifierOf(certificate.publicKey),
  };
}

function declaredKeyIdentifier(fields: readonly Der[]): Buffer | undefined {
  const wanted = bytesOf(oid(SUBJECT_KEY_IDENTIFIER));
  const [extensions] = itemsOf(fields.find((field) => isTagged(field, 3)));
  for (const extension of itemsOf(extensions)) {
    const [id, ...rest] = itemsOf(extension);
    const value = bytesOf(rest.at(-1));
    if (value && wanted && bytesOf(id)?.equals(wanted)) return bytesOf(decode(value));
  }
  return undefined;
}
