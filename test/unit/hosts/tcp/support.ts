import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import type { KeyPair } from '../../../../src/pki/index.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** A certificate by openssl, which also issues what ours refuses to. */
export async function opensslIssue(
  authority: KeyPair,
  commonName: string,
  extensions: string,
): Promise<KeyPair> {
  const cwd = await temporaryFolder();
  await writeFile(path.join(cwd, 'ca.pem'), authority.certificate);
  await writeFile(path.join(cwd, 'ca-key.pem'), authority.privateKey);
  await writeFile(path.join(cwd, 'leaf.cnf'), `${extensions}\n`);
  const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', 'key.pem'];
  const subject = ['-subj', `/CN=${commonName}`];
  await execa('openssl', ['req', ...key, ...subject, '-out', 'request.pem'], { cwd });
  const issuer = ['-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-CAcreateserial'];
  const files = ['-in', 'request.pem', '-extfile', 'leaf.cnf', '-out', 'cert.pem'];
  await execa('openssl', ['x509', '-req', '-days', '20', ...issuer, ...files], { cwd });
  const [certificate = '', privateKey = ''] = await Promise.all(
    ['cert.pem', 'key.pem'].map((file) => readFile(path.join(cwd, file), 'utf8')),
  );
  return { certificate, privateKey };
}
