import { createHash, type KeyObject } from 'node:crypto';
import { bytesOf, decode, itemsOf, type Der } from './der.ts';

/** SubjectPublicKeyInfo, in which node:crypto knows every type of key and forge only RSA. */
export function publicKeyInfo(key: KeyObject): Der {
  return decode(key.export({ type: 'spki', format: 'der' }));
}

/** SHA-1 of the public key's bits (RFC 5280 §4.2.1.2, method 1): a name for the key, not a safeguard. */
export function keyIdentifierOf(publicKey: KeyObject): Buffer {
  const [, key] = itemsOf(publicKeyInfo(publicKey));
  // The first byte counts unused bits.
  const bits = bytesOf(key)?.subarray(1) ?? Buffer.alloc(0);
  return createHash('sha1').update(bits).digest();
}
