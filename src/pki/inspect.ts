import { readCertificate } from './read-certificate.ts';
import { canonicalAddress } from './subject-name.ts';
import { DAY } from './validity.ts';

/** What there is to know about a certificate, foreign ones included. */
interface CertificateFacts {
  /** Such as `O=demo, CN=demo-1`. */
  readonly subject: string;
  readonly issuer: string;
  /** Subject alternative names: IP addresses and DNS names; others are left out. */
  readonly names: string[];
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Whole days until `notAfter`; negative once it has passed. */
  readonly daysLeft: number;
  /** SHA-256 of the certificate: 32 bytes in hexadecimal, with colons. */
  readonly fingerprint: string;
}

/** Reads a PEM certificate; whether anything vouches for it is not checked. */
export function inspectCertificate(pem: string, now = new Date()): CertificateFacts {
  const certificate = readCertificate(pem);
  const notAfter = new Date(certificate.validTo);
  return {
    subject: onOneLine(certificate.subject),
    issuer: onOneLine(certificate.issuer),
    names: namesIn(certificate.subjectAltName ?? ''),
    notBefore: new Date(certificate.validFrom),
    notAfter,
    daysLeft: Math.floor((notAfter.getTime() - now.getTime()) / DAY),
    fingerprint: certificate.fingerprint256,
  };
}

/** node:crypto has one attribute a line; line breaks within attributes are escaped. */
function onOneLine(name: string): string {
  return name.replaceAll('\n', ', ');
}

/** Of `DNS:a.example.org, IP Address:10.0.0.1, DNS:"quoted, in JSON"` the values. */
function namesIn(alternatives: string): string[] {
  const entries = alternatives.matchAll(/(?:^|, )([^:,]+):("(?:[^"\\]|\\.)*"|[^,]*)/g);
  return [...entries].flatMap(([, kind, value = '']) => {
    if (kind === 'IP Address') return [canonicalAddress(value)];
    if (kind === 'DNS') return [value.startsWith('"') ? (JSON.parse(value) as string) : value];
    return [];
  });
}
