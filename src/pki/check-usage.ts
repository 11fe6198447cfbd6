import type { X509Certificate } from 'node:crypto';

/** OIDs of extendedKeyUsage (RFC 5280 §4.2.1.12), and their names in openssl's configuration. */
const USAGES = {
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const;

const ANY = '2.5.29.37.0';

/**
 * Whether a certificate may be shown as that; without the extension it may be everything. Engines
 * and swarm take anyExtendedKeyUsage from clients; OpenSSL, and with it this program, does not take
 * it from servers.
 */
export function mayBe(certificate: X509Certificate, usage: keyof typeof USAGES): boolean {
  // Its declared type leaves out that a certificate may lack the extension.
  const usages = certificate.keyUsage as string[] | undefined;
  if (!usages) return true;
  return usages.includes(USAGES[usage]) || (usage === 'clientAuth' && usages.includes(ANY));
}
