import { createPrivateKey, type KeyObject } from 'node:crypto';
import { reasonOf } from '../errors.ts';
import type { Read } from './read-chain.ts';

/** PKCS#8 says it in its first line, the older forms in a header. */
const ENCRYPTED = /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m;

/** The private key of a PEM text. Nothing of the text is ever part of a problem. */
export function readKey(pem: string): Read<{ readonly key: KeyObject }> {
  if (ENCRYPTED.test(pem)) {
    return {
      problem: 'is encrypted, and nothing asks for its passphrase',
      fix: 'decrypt it for this: (umask 077; openssl pkey -in KEY -out KEY.plain)',
    };
  }
  if (!pem.includes('PRIVATE KEY-----')) {
    return {
      problem: pem.includes('-----BEGIN CERTIFICATE-----')
        ? 'is a certificate where a private key is expected'
        : 'is no private key in PEM (-----BEGIN PRIVATE KEY-----)',
      fix: 'give the file that begins with BEGIN PRIVATE KEY, BEGIN RSA PRIVATE KEY or BEGIN EC PRIVATE KEY',
    };
  }
  try {
    return { key: createPrivateKey(pem) };
  } catch (error) {
    return {
      problem: `cannot be read (${reasonOf(error)})`,
      fix: 'see what is wrong with it: openssl pkey -in KEY -noout',
    };
  }
}
