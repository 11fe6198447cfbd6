import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

/** Those of the names and addresses that the certificate's SANs do not cover. */
export function missingNames(certificate: X509Certificate, names: readonly string[]): string[] {
  return [...new Set(names)].filter((name) =>
    isIP(name) === 0
      ? // Go looks at no common name.
        certificate.checkHost(name, { subject: 'never' }) === undefined
      : certificate.checkIP(name) === undefined,
  );
}

/** As openssl's configuration wants them: `DNS:a,IP:10.0.0.1`. */
export function sayNames(names: readonly string[]): string {
  return names.map((name) => `${isIP(name) === 0 ? 'DNS' : 'IP'}:${name}`).join(',');
}
