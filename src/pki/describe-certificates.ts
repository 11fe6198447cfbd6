import { inspectCertificate } from './inspect.ts';
import { readChain } from './read-chain.ts';

/** OIDs of extendedKeyUsage that certificates of engines and clients have. */
const PURPOSES: Readonly<Record<string, string>> = {
  '1.3.6.1.5.5.7.3.1': 'server',
  '1.3.6.1.5.5.7.3.2': 'client',
  '2.5.29.37.0': 'any',
};

/** What the certificates of a PEM text say, for people; throws when there is none to read. */
export function describeCertificates(pem: string): object[] {
  const read = readChain(pem);
  if ('problem' in read) throw new Error(read.problem);
  return read.certificates.map((certificate) => {
    const { subject, issuer, names, notBefore, notAfter, daysLeft, fingerprint } =
      inspectCertificate(certificate.toString());
    // Its declared type leaves out that a certificate may lack the extension.
    const purposes = certificate.keyUsage as string[] | undefined;
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = certificate.publicKey;
    return {
      ...{ subject, issuer, subjectAlternativeNames: names, notBefore, notAfter, daysLeft },
      serialNumber: certificate.serialNumber,
      fingerprint256: fingerprint,
      authority: certificate.ca,
      extendedKeyUsage: purposes?.map((purpose) => PURPOSES[purpose] ?? purpose) ?? 'not limited',
      publicKey: [type, details?.namedCurve ?? details?.modulusLength].join(' ').trim(),
    };
  });
}
