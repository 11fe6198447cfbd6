/** An answer of a Docker API that is not a success, or the reason why there was none. */
export class EngineError extends Error {
  /** HTTP status; undefined when no answer came. */
  readonly status: number | undefined;
  /** Node's or OpenSSL's code of a connection that failed, such as `ECONNREFUSED`. */
  readonly code: string | undefined;

  constructor(error: unknown) {
    const { statusCode, code, json } = error as {
      statusCode?: number;
      code?: string;
      json?: { message?: string };
    };
    const text = error instanceof Error ? error.message : String(error);
    super(json?.message ?? explainConnection(code, text), { cause: error });
    this.name = 'EngineError';
    this.status = statusCode;
    this.code = code;
  }
}

/** Sentences for the codes that say nothing to a person. */
function explainConnection(code: string | undefined, text: string): string {
  switch (code) {
    case 'ECONNREFUSED':
      return `connection refused (${text})`;
    case 'ENOENT':
      return `no such socket (${text})`;
    case 'EACCES':
      return `permission denied (${text})`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `its certificate is for another name: ${text}`;
    case 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED':
      return 'it wants a client certificate';
    case 'ECONNRESET':
      return `the connection was reset (${text})`;
    default:
      return text;
  }
}
