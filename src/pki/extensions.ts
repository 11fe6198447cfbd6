import { bits, encode, implicit, octets, oid, sequence, truth, type Der } from './der.ts';
import type { CertificateRequest } from './key-pair.ts';
import type { SubjectName } from './subject-name.ts';

export const SUBJECT_KEY_IDENTIFIER = '2.5.29.14';

/** Tags of GeneralName (RFC 5280 §4.2.1.6). */
const DNS_NAME = 2;
const IP_ADDRESS = 7;

const PURPOSES = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' };

/** Says whether the certificate may sign others. */
export function basicConstraints(isAuthority: boolean): Der {
  // FALSE is the default and DER leaves defaults out.
  return critical('2.5.29.19', isAuthority ? sequence(truth()) : sequence());
}

/** A CA signs certificates and revocation lists, anything else only handshakes: EC keys do not encipher. */
export function keyUsage(isAuthority: boolean): Der {
  const digitalSignature = bits(Buffer.of(0b1000_0000), 7);
  const keyCertSignAndCrlSign = bits(Buffer.of(0b0000_0110), 1);
  return critical('2.5.29.15', isAuthority ? keyCertSignAndCrlSign : digitalSignature);
}

export function extendedKeyUsage(usages: CertificateRequest['usages']): Der {
  return extension('2.5.29.37', sequence(...usages.map((usage) => oid(PURPOSES[usage]))));
}

export function subjectAlternativeNames(names: readonly SubjectName[]): Der {
  return extension(
    '2.5.29.17',
    sequence(
      ...names.map((name) =>
        name.address
          ? implicit(IP_ADDRESS, name.address)
          : implicit(DNS_NAME, Buffer.from(name.text, 'ascii')),
      ),
    ),
  );
}

export function subjectKeyIdentifier(id: Uint8Array): Der {
  return extension(SUBJECT_KEY_IDENTIFIER, octets(id));
}

/** `openssl verify -x509_strict` refuses certificates without it. */
export function authorityKeyIdentifier(id: Uint8Array): Der {
  return extension('2.5.29.35', sequence(implicit(0, id)));
}

function extension(id: string, value: Der): Der {
  return sequence(oid(id), octets(encode(value)));
}

function critical(id: string, value: Der): Der {
  return sequence(oid(id), truth(), octets(encode(value)));
}
