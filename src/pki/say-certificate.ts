import type { X509Certificate } from 'node:crypto';

/** Its common name in quotes, else its whole subject. */
export function sayCertificate({ subject }: X509Certificate): string {
  // A leaf may have no subject at all, which Node leaves out.
  const lines = ((subject as string | undefined) ?? '').split('\n');
  const name = lines.find((line) => line.startsWith('CN='))?.slice(3) ?? lines.join(', ');
  return JSON.stringify(name);
}

/** The same with what tells it from others of its name. */
export function sayExactly(certificate: X509Certificate): string {
  return `${sayCertificate(certificate)} (SHA-256 ${certificate.fingerprint256.slice(0, 23)}…)`;
}
