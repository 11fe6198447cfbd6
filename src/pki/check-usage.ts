import type { X509Certificate } from 'node:crypto';

/** OIDs of extendedKeyUsage (RFC 5280 §4.2.1.12), and their names in openssl's configuration. */
const USAGES = {
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const;

export type Usage = keyof typeof USAGES;

/**
 * Whether a certificate may be shown as that; without the extension it may be everything. OpenSSL,
 * and with it this program, does not take `anyExtendedKeyUsage` for either.
 */
export function mayBe(certificate: X509Certificate, usage: Usage): boolean {
  // Its declared type leaves out that a certificate may lack the extension.
  const usages = certificate.keyUsage as string[] | undefined;
  return usages?.includes(USAGES[usage]) ?? true;
}
