import { X509Certificate } from 'node:crypto';
import { SwarmctlError, reasonOf } from '../errors.ts';

/** Reads the first certificate of a PEM text. */
export function readCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new SwarmctlError('STATE', `cannot read a certificate: ${reasonOf(cause)}`, { cause });
  }
}
