import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { X509Certificate } from 'node:crypto';
import { execa } from 'execa';
import type { KeyPair } from '../../../src/pki/index.ts';

export const DAY = 86_400_000;
export const HOUR = 3_600_000;

export function parse({ certificate }: KeyPair): X509Certificate {
  return new X509Certificate(certificate);
}

/** Works in a folder that is gone afterwards. */
async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'swarmctl-pki-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Verifies a certificate as strictly as openssl can; fails with its output. */
export async function opensslVerify(
  purpose: 'sslserver' | 'sslclient' | 'any',
  authority: KeyPair,
  leaf: KeyPair,
  more: readonly string[] = [],
): Promise<void> {
  await inTemporaryFolder(async (cwd) => {
    await writeFile(path.join(cwd, 'ca.pem'), authority.certificate);
    await writeFile(path.join(cwd, 'cert.pem'), leaf.certificate);
    const options = ['-x509_strict', '-check_ss_sig', '-purpose', purpose, ...more];
    await execa('openssl', ['verify', ...options, '-CAfile', 'ca.pem', 'cert.pem'], { cwd });
  });
}

/** A certificate as openssl prints it. */
export async function opensslText({ certificate }: KeyPair): Promise<string> {
  const { stdout } = await execa('openssl', ['x509', '-noout', '-text'], { input: certificate });
  return stdout;
}

/** A CA made by openssl: subject of several attributes, PrintableString, RSA-2048. */
export async function foreignAuthority(
  config = FOREIGN_EXTENSIONS,
  key: readonly string[] = ['-newkey', 'rsa:2048'],
): Promise<KeyPair> {
  return inTemporaryFolder(async (cwd) => {
    await writeFile(path.join(cwd, 'ca.cnf'), `${FOREIGN_SUBJECT}\n[ca]\n${config.join('\n')}\n`);
    const files = ['-config', 'ca.cnf', '-keyout', 'key.pem', '-out', 'ca.pem'];
    await execa('openssl', ['req', '-x509', ...key, '-nodes', '-days', '30', ...files], { cwd });
    const [certificate, privateKey] = await Promise.all(
      ['ca.pem', 'key.pem'].map((file) => readFile(path.join(cwd, file), 'utf8')),
    );
    return { certificate: certificate ?? '', privateKey: privateKey ?? '' };
  });
}

export const FOREIGN_EXTENSIONS = [
  'basicConstraints = critical, CA:TRUE, pathlen:0',
  'keyUsage = critical, keyCertSign, cRLSign',
  // Not the hash of the key, as with some commercial CAs.
  'subjectKeyIdentifier = 0102030405060708',
];

const FOREIGN_SUBJECT = `
[req]
distinguished_name = subject
x509_extensions = ca
string_mask = nombstr
prompt = no
[subject]
C = DE
O = Example Org
OU = Operations
CN = Example Root
`;
