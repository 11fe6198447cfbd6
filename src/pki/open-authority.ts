import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { SwarmctlError, reasonOf } from '../errors.ts';
import type { KeyPair } from './key-pair.ts';
import { readCertificate } from './read-certificate.ts';

export interface Authority {
  readonly certificate: X509Certificate;
  readonly privateKey: KeyObject;
}

/** Reads a CA, possibly a foreign one; fails unless it can sign certificates that verify. */
export function openAuthority(authority: KeyPair, now: Date): Authority {
  const certificate = readCertificate(authority.certificate);
  const name = JSON.stringify(certificate.subject.replaceAll('\n', ', '));
  if (!certificate.ca) throw unusable(`${name} is not the certificate of a CA`);
  if (new Date(certificate.validTo) <= now) {
    throw unusable(`the CA ${name} expired on ${certificate.validTo}`);
  }
  const privateKey = readPrivateKey(authority.privateKey, name);
  if (!certificate.checkPrivateKey(privateKey)) {
    throw unusable(`the private key does not belong to the CA ${name}`);
  }
  const type = privateKey.asymmetricKeyType;
  if (type !== 'ec' && type !== 'rsa') {
    throw unusable(`the CA ${name} has a key of type ${String(type)}; RSA or ECDSA is needed`);
  }
  return { certificate, privateKey };
}

function readPrivateKey(pem: string, name: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw unusable(`cannot read the private key of the CA ${name}: ${reasonOf(cause)}`, cause);
  }
}

function unusable(message: string, cause?: unknown): SwarmctlError {
  return new SwarmctlError('STATE', message, { cause });
}
