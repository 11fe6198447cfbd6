import type { KeyObject } from 'node:crypto';
import { keyProblem } from '../../pki/check-key.ts';
import type { KeyPair } from '../../pki/key-pair.ts';
import { readKey } from '../../pki/read-key.ts';
import { sayCertificate } from '../../pki/say-certificate.ts';
import type { Client } from './judge-client.ts';
import type { TcpProblem } from './problem.ts';

/** The CA that a key opens, to issue certificates with it. Its key may be RSA or ECDSA. */
export function judgeCaKey(
  pem: string,
  clients: readonly Client[],
): { problems: TcpProblem[]; authority: KeyPair | undefined } {
  const nothing = (problem: string, fix: string) => ({
    problems: [{ level: 'error' as const, problem, fix }],
    authority: undefined,
  });
  const read = readKey(pem);
  if ('problem' in read) return nothing(`the CA's key (--tls-ca-key) ${read.problem}`, read.fix);
  const { key } = read;
  const unusable = keyProblem(key);
  if (unusable !== undefined) {
    return nothing(
      `swarm cannot verify what the CA's key (--tls-ca-key) signs: it ${unusable}`,
      'leave it out and give a certificate that the manager can use, or use a CA with an RSA key',
    );
  }
  const authorities = clients.flatMap((client) => client.authorities);
  const owner = authorities.find((authority) => authority.ca && authority.checkPrivateKey(key));
  if (owner) {
    // Not the text it came from, which may hold others before it.
    return { problems: [], authority: { certificate: owner.toString(), privateKey: pkcs8(key) } };
  }
  // What is to be compared with was not readable, which has been told.
  if (authorities.length === 0) return { problems: [], authority: undefined };
  const leaf = clients.find(({ leaf }) => leaf.checkPrivateKey(key))?.leaf;
  const names = [...new Set(authorities.map(sayCertificate))].join(', ');
  return nothing(
    leaf
      ? `the CA's key (--tls-ca-key) is that of the client certificate ${sayCertificate(leaf)}, not of the CA ${names}`
      : `the key (--tls-ca-key) is not that of the CA ${names}`,
    'give the key that belongs to --tls-ca-cert; compare: openssl x509 -in CA -noout -pubkey, openssl pkey -in KEY -pubout',
  );
}

function pkcs8(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
