import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  randomBytes,
  sign,
  createHash,
  X509Certificate,
  type KeyObject,
} from 'node:crypto';
import { promisify } from 'node:util';
import forge from 'node-forge';
import type { KeyPair } from './key-pair.ts';

const { asn1, pki } = forge;
type Asn1 = forge.asn1.Asn1;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';
const SHA256_WITH_RSA = '1.2.840.113549.1.1.11';

/** Everything in a certificate that is not the same in all of ours. */
export interface Contents {
  /** DER of the subject's Name. */
  readonly subject: Asn1;
  readonly issuer: Asn1;
  readonly publicKey: KeyObject;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly extensions: readonly Asn1[];
  readonly signer: KeyObject;
}

/** An ECDSA P-256 key: swarm 1.2.9's Go takes it, and it costs next to nothing to make. */
export function generateKey(): Promise<{ publicKey: KeyObject; privateKey: KeyObject }> {
  return promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
}

/** Valid from an hour ago, for clocks that differ. */
export function validity(days: number, now: Date): { notBefore: Date; notAfter: Date } {
  return {
    notBefore: new Date(now.getTime() - HOUR),
    notAfter: new Date(now.getTime() + days * DAY),
  };
}

export function distinguishedName(commonName: string, organization?: string): Asn1 {
  const attributes = [
    ...(organization === undefined ? [] : [{ name: 'organizationName', value: organization }]),
    { name: 'commonName', value: commonName },
  ];
  return sequence(
    attributes.map(({ name, value }) =>
      asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SET, true, [
        sequence([
          oid(pki.oids[name] ?? ''),
          primitive(asn1.Type.UTF8, forge.util.encodeUtf8(value)),
        ]),
      ]),
    ),
  );
}

/** The subject of a certificate exactly as it stands there, to be the issuer of another. */
export function subjectOf(certificate: string): Asn1 {
  const der = new X509Certificate(certificate).raw.toString('binary');
  const tbs = (asn1.fromDer(der).value as Asn1[])[0];
  // version, serial, signature, issuer, validity, subject
  const subject = (tbs?.value as Asn1[])[5];
  if (!subject) throw new Error('the CA certificate has no subject');
  return subject;
}

/** node-forge encodes the certificate; node:crypto signs it, for forge can sign with RSA only. */
export function assemble(contents: Contents): string {
  const algorithm = signatureAlgorithm(contents.signer);
  const tbs = sequence([
    // v3
    asn1.create(asn1.Class.CONTEXT_SPECIFIC, 0, true, [primitive(asn1.Type.INTEGER, '\x02')]),
    primitive(asn1.Type.INTEGER, serialNumber()),
    algorithm,
    contents.issuer,
    sequence([time(contents.notBefore), time(contents.notAfter)]),
    contents.subject,
    spki(contents.publicKey),
    asn1.create(asn1.Class.CONTEXT_SPECIFIC, 3, true, [sequence([...contents.extensions])]),
  ]);
  const signature = sign('sha256', Buffer.from(der(tbs), 'binary'), contents.signer);
  const certificate = sequence([
    tbs,
    algorithm,
    primitive(asn1.Type.BITSTRING, `\x00${signature.toString('binary')}`),
  ]);
  return forge.pem.encode({ type: 'CERTIFICATE', body: der(certificate) }).replaceAll('\r\n', '\n');
}

export function keyPair(certificate: string, privateKey: KeyObject): KeyPair {
  return {
    certificate,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

export function readPrivateKey(pem: string): KeyObject {
  return createPrivateKey(pem);
}

/** RFC 5280 4.2.1.2, method 1: SHA-1 of the public key's bits. */
export function keyIdentifier(publicKey: KeyObject): string {
  const bits = (spki(publicKey).value as Asn1[])[1]?.value as string;
  return createHash('sha1')
    .update(Buffer.from(bits.slice(1), 'binary'))
    .digest('binary');
}

export function extension(name: string, critical: boolean, value: Asn1): Asn1 {
  return sequence([
    oid(pki.oids[name] ?? name),
    ...(critical ? [primitive(asn1.Type.BOOLEAN, '\xff')] : []),
    primitive(asn1.Type.OCTETSTRING, der(value)),
  ]);
}

export function sequence(values: Asn1[]): Asn1 {
  return asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, values);
}

export function primitive(type: forge.asn1.Type, value: string): Asn1 {
  return asn1.create(asn1.Class.UNIVERSAL, type, false, value);
}

export function contextual(tag: number, value: string): Asn1 {
  return asn1.create(asn1.Class.CONTEXT_SPECIFIC, tag, false, value);
}

export function oid(dotted: string): Asn1 {
  return primitive(asn1.Type.OID, asn1.oidToDer(dotted).getBytes());
}

function der(value: Asn1): string {
  return asn1.toDer(value).getBytes();
}

function spki(publicKey: KeyObject): Asn1 {
  const bytes = createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })).export({
    type: 'spki',
    format: 'der',
  });
  // The bits stay opaque: forge would otherwise try to read an ASN.1 structure in them.
  return asn1.fromDer(bytes.toString('binary'), { strict: true, decodeBitStrings: false } as never);
}

function signatureAlgorithm(signer: KeyObject): Asn1 {
  return signer.asymmetricKeyType === 'rsa'
    ? sequence([oid(SHA256_WITH_RSA), primitive(asn1.Type.NULL, '')])
    : sequence([oid(ECDSA_WITH_SHA256)]);
}

/** 16 random bytes, positive and without a leading zero. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('binary');
}

/** RFC 5280 4.1.2.5: UTCTime through 2049, GeneralizedTime afterwards. */
function time(date: Date): Asn1 {
  return date.getUTCFullYear() < 2050
    ? primitive(asn1.Type.UTCTIME, asn1.dateToUtcTime(date) as unknown as string)
    : primitive(asn1.Type.GENERALIZEDTIME, asn1.dateToGeneralizedTime(date) as unknown as string);
}
