import { X509Certificate } from 'node:crypto';
import { reasonOf } from '../errors.ts';

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** What a PEM text is good for, or why it is good for nothing: the end of "FILE …", and a fix. */
export type Read<T> = T | { readonly problem: string; readonly fix: string };

/** All certificates of a PEM text, in their order; at least one. */
export function readChain(pem: string): Read<{ readonly certificates: X509Certificate[] }> {
  const blocks = pem.match(BLOCK) ?? [];
  try {
    const certificates = blocks.map((block) => new X509Certificate(block));
    if (certificates.length > 0) return { certificates };
  } catch (error) {
    return {
      problem: `holds a certificate that cannot be read (${reasonOf(error)})`,
      fix: 'give it as it was issued: copied texts lose lines easily',
    };
  }
  if (pem.includes('PRIVATE KEY-----')) {
    return {
      problem: 'holds a private key where a certificate is expected',
      fix: 'give the files in their places: certificate and key are mixed up',
    };
  }
  return {
    problem: 'holds no certificate in PEM (-----BEGIN CERTIFICATE-----)',
    fix: 'one in DER is converted by: openssl x509 -inform der -in FILE -out FILE.pem',
  };
}
