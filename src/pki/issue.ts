import { SwarmctlError } from '../errors.ts';
import { checkSubject } from './check-subject.ts';
import { generateKey, toPem } from './generate-key.ts';
import type { CertificateRequest, KeyPair } from './key-pair.ts';
import { openAuthority } from './open-authority.ts';
import { readSubjectNames } from './subject-name.ts';
import { validityOf } from './validity.ts';

const DEFAULT_DAYS = 1095;

/**
 * Issues a certificate with an ECDSA P-256 key of its own. The CA's key may be RSA or ECDSA, so
 * that an organization can hand in its own CA.
 */
export async function issueCertificate(
  authority: KeyPair,
  request: CertificateRequest,
): Promise<KeyPair> {
  const { commonName, organization, usages, days = DEFAULT_DAYS, now = new Date() } = request;
  checkSubject('common name', commonName);
  if (organization !== undefined) checkSubject('organization', organization);
  checkUsages(request);
  const names = readSubjectNames(request.names);
  const issuer = openAuthority(authority, now);
  const { assembleLeaf } = await import('./assemble.ts');
  const { publicKey, privateKey } = await generateKey();
  const certificate = assembleLeaf(
    {
      subject: { commonName, organization },
      validity: validityOf(now, days, Date.parse(issuer.certificate.validTo)),
      publicKey,
      usages: [...new Set(usages)],
      names,
    },
    issuer,
  );
  return { certificate, privateKey: toPem(privateKey) };
}

function checkUsages({ commonName, usages, names }: CertificateRequest): void {
  if (usages.length === 0) {
    throw new SwarmctlError(
      'USAGE',
      `the certificate "${commonName}" is for neither server nor client`,
    );
  }
  // Clients that follow RFC 6125 do not look at the common name.
  if (usages.includes('server') && names.length === 0) {
    throw new SwarmctlError(
      'USAGE',
      `the server certificate "${commonName}" has no IP address or DNS name to be reached by`,
    );
  }
}
