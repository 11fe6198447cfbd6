import { missingNames, sayNames } from '../../pki/check-names.ts';
import { keyProblem } from '../../pki/check-key.ts';
import { mayBe } from '../../pki/check-usage.ts';
import type { KeyPair } from '../../pki/key-pair.ts';
import { sayCertificate } from '../../pki/say-certificate.ts';
import type { Client } from './judge-client.ts';
import type { TcpProblem } from './problem.ts';

/**
 * The client certificate that the manager can use as well. It shows one certificate to docker
 * clients and to all engines, so it has to be good for both and name the manager.
 */
export function judgeManager(
  clients: readonly Client[],
  names: readonly string[],
): { problems: TcpProblem[]; certificate: KeyPair | undefined } {
  const candidates = clients
    .map((client) => ({ client, lacks: shortcomings(client, names) }))
    .sort((a, b) => a.lacks.length - b.lacks.length);
  const [best] = candidates;
  if (!best) return { problems: [], certificate: undefined };
  const { client, lacks } = best;
  if (lacks.length === 0) {
    return {
      problems: [],
      certificate: { certificate: client.cert, privateKey: client.key },
    };
  }
  const leaf = sayCertificate(client.leaf);
  const others = clients.length > 1 ? ', which comes nearest to it' : '';
  return {
    problems: lacks.map((lack) => ({
      level: 'error',
      problem: `the manager cannot use the certificate ${leaf}${others}: ${lack}`,
      fix:
        'give the key of the CA (--tls-ca-key), or as --tls-cert a certificate of it with ' +
        `extendedKeyUsage = serverAuth, clientAuth and subjectAltName = ${sayNames(names)}`,
    })),
    certificate: undefined,
  };
}

function shortcomings({ leaf }: Client, names: readonly string[]): string[] {
  const lacks: string[] = [];
  if (!mayBe(leaf, 'serverAuth')) {
    lacks.push(
      'it is not for servers (its extendedKeyUsage lacks serverAuth), and docker clients verify that',
    );
  }
  const missing = missingNames(leaf, names);
  if (missing.length > 0) lacks.push(`its subjectAltName lacks ${missing.join(', ')}`);
  const problem = keyProblem(leaf.publicKey);
  if (problem !== undefined) lacks.push(`its key ${problem}`);
  return lacks;
}
