import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import tls from 'node:tls';
import { ServiceError, reasonOf } from './refusal.ts';

/** Paths of PEM files. */
export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
  /** CA whose clients alone may create and delete clusters; everybody may when left out. */
  readonly clientCa?: string | undefined;
}

/** What an https server takes. */
export interface TlsSettings {
  readonly cert: string;
  readonly key: string;
  readonly ca?: string;
  readonly minVersion: 'TLSv1.2';
}

/**
 * Reads and tries the files.
 * @throws {ServiceError} when one cannot be read, or they do not fit together
 */
export async function readTlsFiles(files: TlsFiles): Promise<TlsSettings> {
  const [cert, key, ca] = await Promise.all([
    read('certificate', files.certificate),
    read('key', files.key),
    files.clientCa === undefined ? undefined : read('client CA', files.clientCa),
  ]);
  if (ca !== undefined) checkCertificates(ca, files.clientCa ?? '');
  const settings: TlsSettings = {
    cert,
    key,
    ...(ca === undefined ? {} : { ca }),
    // The published swarm image was built with Go 1.7, which knows nothing newer.
    minVersion: 'TLSv1.2',
  };
  try {
    tls.createSecureContext(settings);
  } catch (error) {
    throw new ServiceError(
      `the certificate ${files.certificate} and the key ${files.key} cannot be used: ${reasonOf(error)}`,
      error,
    );
  }
  return settings;
}

/** Until when the first certificate of a PEM text is valid, and for which names. */
export function describeCertificate(pem: string): string {
  const certificate = new X509Certificate(pem);
  const names = certificate.subjectAltName ?? 'no names';
  const expired = new Date(certificate.validTo) < new Date() ? ' (EXPIRED)' : '';
  return `the certificate is for ${names} and valid until ${certificate.validTo}${expired}`;
}

async function read(what: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new ServiceError(`cannot read the ${what}: ${reasonOf(error)}`, error);
  }
}

/** OpenSSL silently takes a file without any certificate for an empty list. */
function checkCertificates(pem: string, file: string): void {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----/gs) ?? [];
  if (blocks.length === 0) throw new ServiceError(`the client CA ${file} holds no certificate`);
  try {
    for (const block of blocks) new X509Certificate(block);
  } catch (error) {
    throw new ServiceError(`the client CA ${file} cannot be read: ${reasonOf(error)}`, error);
  }
}
