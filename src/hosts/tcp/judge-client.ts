import type { KeyObject, X509Certificate } from 'node:crypto';
import { keyProblem } from '../../pki/check-key.ts';
import { isSelfSigned, pathOf } from '../../pki/check-path.ts';
import { mayBe } from '../../pki/check-usage.ts';
import { validityProblem } from '../../pki/check-validity.ts';
import { readChain } from '../../pki/read-chain.ts';
import { readKey } from '../../pki/read-key.ts';
import { sayCertificate } from '../../pki/say-certificate.ts';
import type { TcpProblem } from './problem.ts';

/** PEM texts by which some hosts are reached, the same for all of them. */
export interface ClientTls {
  readonly hosts: readonly string[];
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** What the texts turned out to hold. */
export interface Client {
  readonly hosts: readonly string[];
  /** The texts as they were given. */
  readonly cert: string;
  readonly key: string;
  readonly leaf: X509Certificate;
  /** Every certificate of the CA's text. */
  readonly authorities: readonly X509Certificate[];
  /** The CA at the end of the leaf's path; undefined when none of the given ones issued it. */
  readonly root: X509Certificate | undefined;
}

type Tell = (problem: string, fix: string, level?: TcpProblem['level']) => void;

/** Whether an engine can accept the certificate, and everything that speaks against it. */
export function judgeClient(
  given: ClientTls,
  now: Date,
): { problems: TcpProblem[]; client: Client | undefined } {
  const { hosts } = given;
  const [host] = hosts;
  const problems: TcpProblem[] = [];
  const tell: Tell = (problem, fix, level = 'error') => {
    const whose = { ...(hosts.length === 1 && host !== undefined && { host }) };
    problems.push({ level, problem: `${hosts.join(', ')}: ${problem}`, fix, ...whose });
  };
  const ca = readChain(given.ca);
  if ('problem' in ca) tell(`the CA (--tls-ca-cert) ${ca.problem}`, ca.fix);
  const cert = readChain(given.cert);
  if ('problem' in cert) {
    tell(`the client certificate (--tls-cert) ${cert.problem}`, cert.fix);
  }
  const key = readKey(given.key);
  if ('problem' in key) tell(`the client's key (--tls-key) ${key.problem}`, key.fix);

  const [leaf, ...intermediates] = 'problem' in cert ? [] : cert.certificates;
  if (leaf && !('problem' in key)) checkPair(leaf, key.key, tell);
  if (leaf && !mayBe(leaf, 'clientAuth')) {
    tell(
      `the certificate ${sayCertificate(leaf)} is not for clients: its extendedKeyUsage lacks clientAuth`,
      'have one issued with extendedKeyUsage = serverAuth, clientAuth',
    );
  }
  const authorities = 'problem' in ca ? [] : ca.certificates;
  const path = leaf ? pathOf(leaf, [...authorities, ...intermediates]) : [];
  for (const one of path) checkValidity(one, now, tell);
  const root = leaf && authorities.length > 0 ? checkPath(path, authorities, tell) : undefined;
  if (!leaf || authorities.length === 0) return { problems, client: undefined };
  const { cert: certText, key: keyText } = given;
  return { problems, client: { hosts, cert: certText, key: keyText, leaf, authorities, root } };
}

function checkPair(leaf: X509Certificate, key: KeyObject, tell: Tell): void {
  if (leaf.checkPrivateKey(key)) return;
  tell(
    `the key (--tls-key) is not that of the certificate ${sayCertificate(leaf)}`,
    'give the key with which the certificate was requested',
  );
}

function checkValidity(certificate: X509Certificate, now: Date, tell: Tell): void {
  const found = validityProblem(certificate, now);
  if (!found) return;
  const what = certificate.ca ? 'the CA' : 'the certificate';
  const soon = found.level === 'warning' ? ' in time' : '';
  const fix = found.words.startsWith('is not valid before')
    ? 'set the clock of this machine, or have the certificate issued anew'
    : `have it issued anew${soon}, and the new one given to whoever uses it`;
  tell(`${what} ${sayCertificate(certificate)} ${found.words}`, fix, found.level);
}

/** The root of the path when it is one of the CA's certificates. */
function checkPath(
  path: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
  tell: Tell,
): X509Certificate | undefined {
  const [leaf, ...issuers] = path;
  const last = path.at(-1);
  if (!leaf || !last) return undefined;
  const names = authorities.map(sayCertificate).join(', ');
  const issuer = JSON.stringify(last.issuer.replaceAll('\n', ', '));
  const weak = authorities.filter(({ ca }) => !ca);
  if (weak.length === authorities.length) {
    tell(
      `${names} (--tls-ca-cert) is not the certificate of a CA: its basicConstraints lack CA:TRUE`,
      'give the certificate of the CA that issued those of the engines',
    );
    return undefined;
  }
  const known = new Set(authorities.map(({ fingerprint256 }) => fingerprint256));
  if (!issuers.some(({ fingerprint256 }) => known.has(fingerprint256))) {
    tell(
      `the certificate ${sayCertificate(leaf)} was not issued by the CA ${names}, but by ${issuer}`,
      'give certificate and CA that belong together; those between the two go into the file of the certificate',
    );
    return undefined;
  }
  if (!isSelfSigned(last) || !known.has(last.fingerprint256)) {
    tell(
      `the CA's file (--tls-ca-cert) lacks the root: ${sayCertificate(last)} was issued by ${issuer}`,
      `append the certificate of ${issuer} to the file`,
    );
    return undefined;
  }
  for (const issuer of issuers) {
    const problem = keyProblem(issuer.publicKey);
    if (problem === undefined) continue;
    tell(
      `swarm cannot verify certificates of the CA ${sayCertificate(issuer)}: its key ${problem}`,
      'use a CA with an RSA key or an ECDSA key on P-256',
    );
  }
  return last;
}
