import type { DetailedPeerCertificate } from 'node:tls';

/** The engine answered, but not with success. */
export class EngineAnswerError extends Error {
  override name = 'EngineAnswerError';
  readonly status: number;
  /** The engine's own words, without the prefix. */
  readonly reason: string;
  constructor(status: number, reason: string) {
    super(`Error response from daemon: ${reason}`);
    this.status = status;
    this.reason = reason;
  }
}

/** No connection at all: the only kind of trouble that counts against an engine's health. */
export class EngineConnectionError extends Error {
  override name = 'EngineConnectionError';
}

type NodeFault = Error & { code?: string; reason?: string; cert?: DetailedPeerCertificate };

/**
 * Words a fault as the program imitated would and sorts it: refused connections, time-outs and
 * missing routes are connection faults; whatever TLS or DNS dislike is not. The attempt is its
 * method and URL.
 */
export function describeFault(fault: NodeFault, attempt: string, address: string): Error {
  const host = address.replace(/:\d+$/, '');
  switch (fault.code) {
    case 'ECONNREFUSED':
    case 'ETIMEDOUT':
      return new EngineConnectionError(
        `Cannot connect to the Docker daemon at tcp://${address}. Is the docker daemon running?`,
      );
    case 'EHOSTUNREACH':
      return new EngineConnectionError(
        `error during connect: ${attempt}: dial tcp ${address}: connect: no route to host`,
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new Error(`lookup ${host}: no such host`);
    default:
      return describeTlsFault(fault, attempt, host);
  }
}

function describeTlsFault(fault: NodeFault, attempt: string, host: string): Error {
  const code = fault.code ?? '';
  if (
    /ALERT_BAD_CERTIFICATE|ALERT_CERTIFICATE_REQUIRED|ALERT_UNKNOWN_CA|UNSUPPORTED_CERT/i.test(code)
  ) {
    return new Error(
      'The server probably has client authentication (--tlsverify) enabled. Please check your ' +
        `TLS client certification settings: ${attempt}: remote error: tls: bad certificate`,
    );
  }
  return new Error(`error during connect: ${attempt}: ${tlsReason(fault, code, host)}`);
}

function tlsReason(fault: NodeFault, code: string, host: string): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const names = (fault.cert?.subjectaltname ?? '')
      .split(', ')
      .filter((name) => name.startsWith('IP Address:'))
      .map((name) => name.slice('IP Address:'.length));
    return names.length === 0
      ? `x509: cannot validate certificate for ${host} because it doesn't contain any IP SANs`
      : `x509: certificate is valid for ${names.join(', ')}, not ${host}`;
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return 'x509: certificate has expired or is not yet valid';
  }
  if (code === 'INVALID_PURPOSE') {
    return 'x509: certificate specifies an incompatible key usage';
  }
  if (/SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY)/.test(code)) {
    return 'x509: certificate signed by unknown authority';
  }
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || fault.message.includes('wrong version number')) {
    return 'http: server gave HTTP response to HTTPS client';
  }
  return code === 'ECONNRESET' ? 'EOF' : fault.message;
}
