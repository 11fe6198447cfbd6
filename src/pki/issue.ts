import { createPublicKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import forge from 'node-forge';
import {
  assemble,
  contextual,
  distinguishedName,
  extension,
  generateKey,
  keyIdentifier,
  keyPair,
  oid,
  primitive,
  readPrivateKey,
  sequence,
  subjectOf,
  validity,
} from './assemble.ts';
import type { CertificateRequest, KeyPair } from './key-pair.ts';

const { Type } = forge.asn1;
const DEFAULT_DAYS = 1095;

const USAGE_OIDS = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' } as const;
const DNS_NAME = /^(\*\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/i;

/** Context tags of a GeneralName (RFC 5280 4.2.1.6). */
const TAG = { dns: 2, ip: 7 } as const;

/**
 * A certificate signed by the authority, whose key may be P-256 or RSA. Rejects a request whose
 * names are no names, and a server's without any.
 */
export async function issueCertificate(
  authority: KeyPair,
  request: CertificateRequest,
): Promise<KeyPair> {
  const { usages, days = DEFAULT_DAYS, now = new Date() } = request;
  const names = [...new Set(request.names)];
  if (usages.includes('server') && names.length === 0) {
    throw new Error(`a server certificate for ${request.commonName} needs at least one name`);
  }
  const ca = new X509Certificate(authority.certificate);
  const { publicKey, privateKey } = await generateKey();
  const { notBefore, notAfter } = validity(days, now);
  const caEnds = new Date(ca.validTo);
  const certificate = assemble({
    subject: distinguishedName(request.commonName, request.organization),
    issuer: subjectOf(authority.certificate),
    publicKey,
    notBefore,
    notAfter: notAfter < caEnds ? notAfter : caEnds,
    signer: readPrivateKey(authority.privateKey),
    extensions: [
      extension('basicConstraints', true, sequence([])),
      // digitalSignature: bit 0, seven bits unused. An EC key enciphers nothing.
      extension('keyUsage', true, primitive(Type.BITSTRING, '\x07\x80')),
      extension('extKeyUsage', false, sequence(usages.map((usage) => oid(USAGE_OIDS[usage])))),
      ...(names.length === 0
        ? []
        : [extension('subjectAltName', false, sequence(names.map(generalName)))]),
      extension(
        'subjectKeyIdentifier',
        false,
        primitive(Type.OCTETSTRING, keyIdentifier(publicKey)),
      ),
      extension(
        'authorityKeyIdentifier',
        false,
        sequence([contextual(0, keyIdentifier(createPublicKey(authority.certificate)))]),
      ),
    ],
  });
  return keyPair(certificate, privateKey);
}

function generalName(name: string): forge.asn1.Asn1 {
  if (isIP(name) !== 0) return contextual(TAG.ip, bytesOf(name));
  if (/^[\d.]+$/.test(name) || !DNS_NAME.test(name)) {
    throw new Error(`"${name}" is neither an IP address nor a DNS name`);
  }
  return contextual(TAG.dns, name);
}

/** `bytesFromIP` is missing from forge's types. */
function bytesOf(address: string): string {
  const { bytesFromIP } = forge.util as unknown as { bytesFromIP: (ip: string) => string };
  return bytesFromIP(address);
}
