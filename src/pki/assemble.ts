import type { KeyObject } from 'node:crypto';
import { distinguishedName, type DistinguishedName } from './distinguished-name.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  extendedKeyUsage,
  keyUsage,
  subjectAlternativeNames,
  subjectKeyIdentifier,
} from './extensions.ts';
import { issuerOf } from './issuer.ts';
import { keyIdentifierOf } from './key-identifier.ts';
import type { CertificateRequest } from './key-pair.ts';
import type { Authority } from './open-authority.ts';
import { signCertificate } from './sign-certificate.ts';
import type { SubjectName } from './subject-name.ts';
import type { Validity } from './validity.ts';

interface AuthorityParts {
  readonly subject: DistinguishedName;
  readonly validity: Validity;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

interface LeafParts {
  readonly subject: DistinguishedName;
  readonly validity: Validity;
  readonly publicKey: KeyObject;
  readonly usages: CertificateRequest['usages'];
  readonly names: readonly SubjectName[];
}

/** The certificate of a CA that signs itself. */
export function assembleAuthority({
  subject,
  validity,
  publicKey,
  privateKey,
}: AuthorityParts): string {
  const name = distinguishedName(subject);
  const id = keyIdentifierOf(publicKey);
  const extensions = [
    basicConstraints(true),
    keyUsage(true),
    subjectKeyIdentifier(id),
    authorityKeyIdentifier(id),
  ];
  return signCertificate(
    { issuer: name, subject: name, validity, publicKey, extensions },
    privateKey,
  );
}

/** The certificate of a server or client, signed by a CA. */
export function assembleLeaf(leaf: LeafParts, authority: Authority): string {
  const issuer = issuerOf(authority.certificate);
  const extensions = [
    basicConstraints(false),
    keyUsage(false),
    extendedKeyUsage(leaf.usages),
    subjectKeyIdentifier(keyIdentifierOf(leaf.publicKey)),
    authorityKeyIdentifier(issuer.keyIdentifier),
    // Clients need no names, and the extension must not be empty.
    ...(leaf.names.length > 0 ? [subjectAlternativeNames(leaf.names)] : []),
  ];
  const { validity, publicKey } = leaf;
  const subject = distinguishedName(leaf.subject);
  return signCertificate(
    { issuer: issuer.name, subject, validity, publicKey, extensions },
    authority.privateKey,
  );
}
