import { SwarmctlError } from '../errors.ts';

/**
 * `transient`: the same may succeed a moment later. `final`: it will not, so that trying again only
 * hides the reason, or locks somebody out.
 */
type FailureClass = 'transient' | 'final';

/** Thrown by whoever knows that waiting longer cannot help. */
export class Hopeless extends Error {}

/** Of Node: what a service that starts, ends or is out of breath does to a connection. */
const TRANSIENT_CODES = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN'],
  ...['EHOSTUNREACH', 'ENETUNREACH', 'ERR_STREAM_PREMATURE_CLOSE'],
]);

/** Of Node and OpenSSL: one side does not take the certificate of the other. */
const REJECTED_CERTIFICATE =
  /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_CA|ERR_SSL_.*ALERT_(BAD_CERTIFICATE|CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|DECRYPT_ERROR))/;

/** The statuses of a service, or of one before it, that is not up to it now. */
const TRANSIENT_STATUSES = new Set([429, 502, 503, 504]);

/** Words in which those that were asked (Go programs, most of them) tell of what befell them. */
const FINAL_WORDS =
  /x509|certificate|unauthorized|authentication|denied|forbidden|no basic auth|not found|no such host|unknown: /i;
const TRANSIENT_WORDS = new RegExp(
  [
    'connection refused|connection reset|broken pipe|socket hang up|unexpected EOF|: EOF$',
    'i/o timeout|TLS handshake timeout|Client\\.Timeout|awaiting headers|connection timed out',
    'temporary failure in name resolution|server misbehaving|EAI_AGAIN',
    '(status|status code|status:) ?(429|502|503|504)|toomanyrequests|bad gateway|gateway timeout',
    'service unavailable|already in progress|etcdserver: no leader|leader changed',
    'during leader election|no cluster leader',
  ].join('|'),
  'i',
);

/** Which of the two a failure is; what is not known is final. */
export function classOf(error: unknown): FailureClass {
  if (error instanceof AggregateError) {
    const isTransient = error.errors.length > 0 && error.errors.every(mayPass);
    return isTransient ? 'transient' : 'final';
  }
  if (!(error instanceof Error) || error instanceof Hopeless) return 'final';
  if (error instanceof SwarmctlError) {
    if (error.transient) return 'transient';
    // It was decided by whoever wrote the sentence, unless that only retells what came up from below.
    return /^(STEP_FAILED|IMAGE)$/.test(error.code) ? classOf(error.cause) : 'final';
  }
  const { code, status, syscall } = error as { code?: unknown; status?: unknown; syscall?: string };
  if (isRejection(error)) return 'final';
  // A socket file that is missing is that of a service which is not up.
  if (code === 'ENOENT' && syscall === 'connect') return 'transient';
  if (typeof code === 'string' && TRANSIENT_CODES.has(code)) return 'transient';
  if (typeof status === 'number') {
    if (TRANSIENT_STATUSES.has(status)) return 'transient';
    // An engine says "already in progress" with 409, and that a registry timed out with 404 or 500.
    if (status === 401 || status === 403) return 'final';
  }
  if (error.name === 'TimeoutError') return 'transient';
  if (error.name === 'AbortError') return 'final';
  if (FINAL_WORDS.test(error.message)) return 'final';
  if (TRANSIENT_WORDS.test(error.message)) return 'transient';
  return error.cause === undefined ? 'final' : classOf(error.cause);
}

/** Whether the other side was there and does not let us in, or is not who it should be. */
export function isRejection(error: unknown): boolean {
  if (error instanceof AggregateError) {
    return error.errors.length > 0 && error.errors.every(isRejection);
  }
  if (!(error instanceof Error)) return false;
  const { code, status } = error as { code?: unknown; status?: unknown };
  if (typeof code === 'string' && REJECTED_CERTIFICATE.test(code)) return true;
  return status === 401 || status === 403 || isRejection(error.cause);
}

function mayPass(error: unknown): boolean {
  return classOf(error) === 'transient';
}
