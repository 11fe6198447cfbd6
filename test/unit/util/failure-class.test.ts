import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../src/engine/engine-error.ts';
import { SwarmctlError } from '../../../src/errors.ts';
import { StoreError } from '../../../src/stores/store-error.ts';
import { classOf, Hopeless, isRejection } from '../../../src/util/failure-class.ts';

const coded = (code: string, more: object = {}) =>
  Object.assign(new Error(`failed: ${code}`), { code, ...more });
const answered = (statusCode: number, message: string) =>
  new EngineError({ statusCode, json: { message } });
const wrapped = (cause: unknown) => new SwarmctlError('STEP_FAILED', 'it failed', { cause });

describe('transient', () => {
  it.each([
    ...['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'EAI_AGAIN'].map((code) => coded(code)),
    new EngineError(coded('ECONNREFUSED')),
    new EngineError(coded('ENOENT', { syscall: 'connect' })),
    new Error('socket hang up'),
    ...[429, 502, 503, 504].map((status) => answered(status, 'not now')),
    answered(409, 'removal of container x is already in progress'),
    answered(500, 'Get "https://r.example/v2/": net/http: TLS handshake timeout'),
    answered(500, 'Get "https://r.example/v2/": dial tcp 192.0.2.1:443: i/o timeout'),
    answered(404, 'Get https://r.example/v2/: dial tcp 192.0.2.1:443: connection refused'),
    new EngineError(new Error('unexpected EOF')),
    new EngineError(new Error('received unexpected HTTP status: 502 Bad Gateway')),
    new StoreError('etcd: leaves no doubt', { cause: coded('ECONNRESET') }),
    new StoreError('etcdserver: no leader', { status: 500 }),
    new DOMException('no answer within 5.0 s', 'TimeoutError'),
    new AggregateError([coded('ECONNRESET'), coded('EPIPE')]),
    wrapped(wrapped(coded('ECONNRESET'))),
    new SwarmctlError('SSH_UNREACHABLE', 'the connection is lost', { transient: true }),
  ])('%s', (error) => {
    expect(classOf(error)).toBe('transient');
    expect(isRejection(error)).toBe(false);
  });
});

describe('final', () => {
  it.each([
    new Error('something else'),
    'not even an error',
    undefined,
    coded('ENOENT'),
    coded('EACCES'),
    coded('ENOSPC'),
    answered(400, 'invalid reference format'),
    answered(404, 'manifest for x:1 not found: manifest unknown'),
    answered(409, 'the container name is already in use'),
    answered(500, 'Get https://r.example/v2/: x509: certificate signed by unknown authority'),
    answered(500, 'lookup r.example: no such host'),
    new Hopeless('etcd ended: connection refused'),
    new DOMException('aborted', 'AbortError'),
    new AggregateError([coded('ECONNRESET'), new Error('disk full')]),
    new AggregateError([]),
    wrapped(undefined),
    wrapped(coded('CERT_HAS_EXPIRED')),
    new SwarmctlError('TIMEOUT', 'gave up', { cause: coded('ECONNREFUSED') }),
    new SwarmctlError('SSH_AUTH', 'denied', { cause: coded('ECONNRESET') }),
  ])('%s', (error) => {
    expect(classOf(error)).toBe('final');
  });
});

describe('a rejection, which is final', () => {
  it.each([
    ...['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN'].map(
      (code) => new EngineError(coded(code)),
    ),
    new EngineError(coded('ERR_TLS_CERT_ALTNAME_INVALID')),
    coded('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'),
    coded('ERR_SSL_TLSV1_ALERT_UNKNOWN_CA'),
    new StoreError('it does not let us in', { cause: coded('UNABLE_TO_VERIFY_LEAF_SIGNATURE') }),
    answered(401, 'unauthorized'),
    answered(403, 'connection reset'),
    new AggregateError([coded('CERT_HAS_EXPIRED'), answered(401, 'no')]),
  ])('%s', (error) => {
    expect(isRejection(error)).toBe(true);
    expect(classOf(error)).toBe('final');
  });

  it('is not one as long as another server may let us in', () => {
    expect(isRejection(new AggregateError([coded('CERT_HAS_EXPIRED'), coded('EPIPE')]))).toBe(
      false,
    );
  });
});
