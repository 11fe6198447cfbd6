import { randomBytes, sign, X509Certificate, type KeyObject } from 'node:crypto';
import { bits, encode, explicit, integer, nothing, oid, sequence, time, type Der } from './der.ts';
import { publicKeyInfo } from './key-identifier.ts';
import type { Validity } from './validity.ts';

interface CertificateBody {
  readonly issuer: Der;
  readonly subject: Der;
  readonly validity: Validity;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Der[];
}

/**
 * A certificate in PEM, its layout by RFC 5280 §4.1. The signature is node:crypto's: forge would
 * take 46 times longer, and sign with RSA only.
 */
export function signCertificate(body: CertificateBody, signer: KeyObject): string {
  const algorithm = signatureAlgorithm(signer);
  const { notBefore, notAfter } = body.validity;
  const toBeSigned = sequence(
    explicit(0, integer(Buffer.of(2))), // v3
    integer(serialNumber()),
    algorithm,
    body.issuer,
    sequence(time(notBefore), time(notAfter)),
    body.subject,
    publicKeyInfo(body.publicKey),
    explicit(3, sequence(...body.extensions)),
  );
  const signature = sign('sha256', encode(toBeSigned), signer);
  const certificate = sequence(toBeSigned, algorithm, bits(signature));
  return new X509Certificate(encode(certificate)).toString();
}

/** 16 random bytes, of which the first keeps the number positive and at full length. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x3f) | 0x40, 0);
  return bytes;
}

function signatureAlgorithm(signer: KeyObject): Der {
  return signer.asymmetricKeyType === 'rsa'
    ? sequence(oid('1.2.840.113549.1.1.11'), nothing()) // sha256WithRSAEncryption, RFC 4055 §5
    : sequence(oid('1.2.840.10045.4.3.2')); // ecdsa-with-SHA256, RFC 5758 §3.2: no parameters
}
