/** Why a store did not do what it was asked, in a sentence that names the server. */
export class StoreError extends Error {
  /** HTTP status, or ZooKeeper's error number (below zero); undefined when no answer came. */
  readonly status: number | undefined;

  constructor(message: string, details: { status?: number | undefined; cause?: unknown } = {}) {
    super(message, { cause: details.cause });
    this.name = 'StoreError';
    this.status = details.status;
  }
}

/** What went wrong with a connection to a server that was spoken to with or without TLS. */
export function explainConnection(error: unknown, encrypted: boolean): string {
  const text = error instanceof Error ? error.message : String(error);
  const { code = '' } = error as { code?: string };
  switch (code) {
    case 'ECONNREFUSED':
      return 'connection refused: nothing listens there';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'the name has no address';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'there is no route to it';
    case 'ETIMEDOUT':
      return 'no answer to the connection: a firewall, or a wrong address';
    case 'ECONNRESET':
    case 'EPIPE':
      return encrypted
        ? 'it hung up: perhaps it wants another client certificate'
        : 'it hung up: perhaps it wants TLS';
    case 'HPE_INVALID_CONSTANT':
    case 'HPE_INVALID_VERSION':
      return 'what answers does not speak http: perhaps it wants TLS';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `its certificate is for another name: ${text}`;
    case 'CERT_HAS_EXPIRED':
      return 'its certificate has expired';
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return `its certificate is not of the given CA (${text})`;
  }
  // Node writes what OpenSSL says into the code or, with the code EPROTO, only into the text.
  const said = `${code} ${text}`.toLowerCase().replaceAll('_', ' ');
  if (/wrong version number|packet length too long|http request/.test(said)) {
    return 'it does not speak TLS';
  }
  if (/certificate required|alert bad certificate|alert unknown ca/.test(said)) {
    return `it does not take our client certificate (${code})`;
  }
  return text;
}
