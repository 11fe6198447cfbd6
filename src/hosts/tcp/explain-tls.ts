import { X509Certificate } from 'node:crypto';
import type { EngineEndpoint, TlsClient } from '../../engine/endpoint.ts';
import { peerCertificate } from '../../engine/peer-certificate.ts';
import { missingNames } from '../../pki/check-names.ts';
import { sayTime, validityProblem } from '../../pki/check-validity.ts';
import { inspectCertificate } from '../../pki/inspect.ts';
import { readChain } from '../../pki/read-chain.ts';
import { sayCertificate } from '../../pki/say-certificate.ts';
import type { Reason } from './reason.ts';

/** What OpenSSL says of a server's certificate. (node:tls, "X509 certificate error codes") */
const UNTRUSTED =
  /\b(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_\w+|CERT_SIGNATURE_FAILURE|CERT_UNTRUSTED|INVALID_CA)\b/;
const OUT_OF_TIME = /\bCERT_(HAS_EXPIRED|NOT_YET_VALID)\b/;
const WRONG_NAME = /\bERR_TLS_CERT_ALTNAME_INVALID\b/;
const WRONG_PURPOSE = /\bINVALID_PURPOSE\b/;

/** Alerts by which a server refuses our certificate, as codes and in OpenSSL's words. */
const REFUSED =
  /alert[_ ](bad[_ ]certificate|unknown[_ ]ca|certificate[_ ](?:required|expired|unknown|revoked)|unsupported[_ ]certificate|access[_ ]denied|decrypt[_ ]error|handshake[_ ]failure)/i;

/** What OpenSSL makes of an answer in plain HTTP. */
const NOT_TLS = /wrong[_ ]version[_ ]number|packet[_ ]length[_ ]too[_ ]long|http[_ ]request/i;

/** Why TLS failed; undefined when it was not that. */
export async function explainTls(
  endpoint: EngineEndpoint,
  words: string,
  signal: AbortSignal,
): Promise<Reason | undefined> {
  if (endpoint.kind === 'socket' || !endpoint.tls) return undefined;
  const { host, tls } = endpoint;
  if (NOT_TLS.test(words)) return NO_TLS;
  const refused = REFUSED.exec(words)?.[1];
  if (refused !== undefined) return explainRefusal(tls, refused);
  const shown = await peerCertificate(endpoint, signal).catch(() => undefined);
  if (shown === undefined) return undefined;
  if (UNTRUSTED.test(words)) return explainDistrust(tls, shown);
  if (OUT_OF_TIME.test(words)) return explainTime(tls, shown);
  if (WRONG_NAME.test(words)) return explainNames(shown, [...(tls.identities ?? [host])]);
  if (WRONG_PURPOSE.test(words)) {
    return {
      reason: `its certificate ${sayCertificate(new X509Certificate(shown))} is not for servers`,
      suggestions: ['give the engine one with extendedKeyUsage = serverAuth'],
    };
  }
  return undefined;
}

const NO_TLS: Reason = {
  reason: 'what listens there has no TLS',
  suggestions: [
    'is the port right? Engines with TLS listen at 2376 most often',
    'let the engine listen with TLS: dockerd --tlsverify --tlscacert … --tlscert … --tlskey …',
  ],
};

function explainRefusal({ cert }: TlsClient, alert: string): Reason {
  const leaf = new X509Certificate(cert);
  const time = validityProblem(leaf, new Date());
  const name = `the client certificate ${sayCertificate(leaf)}`;
  const kind = alert.toLowerCase().replaceAll('_', ' ');
  if (time?.level === 'error') {
    return {
      reason: `it refuses ${name}, which ${time.words}`,
      suggestions: ['have a new one issued, and give it with --tls-cert and --tls-key'],
    };
  }
  if (kind === 'unknown ca') {
    return {
      reason: `it refuses ${name}: it does not trust the CA ${JSON.stringify(oneLine(leaf.issuer))} that issued it`,
      suggestions: ['give a certificate of the CA that the engine has as its --tlscacert'],
    };
  }
  return {
    reason: `it refuses ${name} (TLS alert: ${kind})`,
    suggestions: [
      'is it of the CA that the engine has as its --tlscacert, with extendedKeyUsage = clientAuth? The log of the engine says more',
    ],
  };
}

function explainDistrust({ ca }: TlsClient, shown: string): Reason {
  const { subject, issuer } = inspectCertificate(shown);
  const read = readChain(ca);
  const ours =
    'problem' in read ? 'the given one' : read.certificates.map(sayCertificate).join(', ');
  const namesake =
    'certificates' in read && read.certificates.some((one) => oneLine(one.subject) === issuer);
  const other = namesake ? 'another of the same name' : JSON.stringify(issuer);
  return {
    reason: `its certificate (${subject}) was not issued by the CA ${ours}, but by ${other}`,
    suggestions: [
      'give the CA that issued it with --tls-ca-cert; ask who runs the host, as somebody in between would look the same',
    ],
  };
}

/** A CA expires as well, and OpenSSL has one word for both. */
function explainTime({ ca }: TlsClient, shown: string): Reason {
  const read = readChain(ca);
  const authorities = 'problem' in read ? [] : read.certificates;
  const now = new Date();
  for (const certificate of [new X509Certificate(shown), ...authorities]) {
    const found = validityProblem(certificate, now);
    if (found?.level !== 'error') continue;
    const what = certificate.ca ? 'the CA' : 'its certificate';
    return {
      reason: `${what} ${sayCertificate(certificate)} ${found.words}`,
      suggestions: [
        'have it issued anew, and restart the engine with it',
        `is the clock of this machine right? It is ${sayTime(now)} here`,
      ],
    };
  }
  return { reason: 'a certificate between it and its CA has expired', suggestions: [] };
}

function explainNames(shown: string, wanted: readonly string[]): Reason {
  const { names } = inspectCertificate(shown);
  const missing = missingNames(new X509Certificate(shown), wanted);
  const has = names.length === 0 ? 'it names none' : `only for ${names.join(', ')}`;
  return {
    reason: `its certificate is not valid for ${missing.join(', ')}: ${has}`,
    suggestions: [
      'reach it by one of these names, or have a certificate issued with this one as subjectAltName',
    ],
  };
}

function oneLine(name: string): string {
  return name.replaceAll('\n', ', ');
}
