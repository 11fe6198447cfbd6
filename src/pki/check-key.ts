import type { KeyObject } from 'node:crypto';

/** Curves with which Go does TLS, in 1.7 as today, by OpenSSL's names. */
const CURVES = ['prime256v1', 'secp384r1', 'secp521r1'];

/**
 * Why swarm can do nothing with a key, in words that end "its key …"; undefined when it can. Swarm
 * 1.2.9 was built with Go 1.7, which knows RSA and ECDSA on NIST's curves alone.
 */
export function keyProblem(key: KeyObject): string | undefined {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === 'rsa') return undefined;
  if (type === 'ec') {
    const curve = details?.namedCurve ?? 'of its own making';
    if (CURVES.includes(curve)) return undefined;
    return `is on the curve ${curve}, and swarm 1.2.9 knows P-256, P-384 and P-521 only`;
  }
  return `is of type ${type ?? 'unknown'}, and swarm 1.2.9 knows RSA and ECDSA only`;
}
