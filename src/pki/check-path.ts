import type { X509Certificate } from 'node:crypto';

/**
 * The way from a certificate to a CA that signs itself, by way of `further` ones: leaf first, root
 * last. Where the root is missing it ends with the last that is known; a leaf that nobody of them
 * issued is alone.
 */
export function pathOf(
  leaf: X509Certificate,
  further: readonly X509Certificate[],
): X509Certificate[] {
  const path = [leaf];
  for (;;) {
    const last = path.at(-1) ?? leaf;
    // Also when it is one of the authorities: it vouches for itself.
    if (isIssuedBy(last, last)) return path;
    const issuer = further.find((one) => !includes(path, one) && isIssuedBy(last, one));
    if (!issuer) return path;
    path.push(issuer);
  }
}

function includes(many: readonly X509Certificate[], one: X509Certificate): boolean {
  return many.some(({ fingerprint256 }) => fingerprint256 === one.fingerprint256);
}

export function isSelfSigned(certificate: X509Certificate): boolean {
  return isIssuedBy(certificate, certificate);
}

/** By name and key identifiers, and by the signature. */
function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}
