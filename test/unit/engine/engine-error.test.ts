import { describe, expect, it } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import { EngineError } from '../../../src/engine/engine-error.ts';
import { calm } from '../support/cluster.ts';

const coded = (code: string, message = 'words of Node') =>
  Object.assign(new Error(message), { code });

describe('an EngineError', () => {
  it.each([
    ['ECONNREFUSED', 'connection refused (words of Node)'],
    ['ENOENT', 'no such socket (words of Node)'],
    ['EACCES', 'permission denied (words of Node)'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another name: words of Node'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'it wants a client certificate'],
    ['ECONNRESET', 'the connection was reset (words of Node)'],
    ['CERT_HAS_EXPIRED', 'words of Node'],
  ])('of %s says "%s"', (code, message) => {
    const cause = coded(code);
    expect(new EngineError(cause)).toMatchObject({ code, message, status: undefined, cause });
  });

  it('prefers the words of the engine, and keeps its status', () => {
    const answer = Object.assign(new Error('(HTTP code 409) conflict - x'), {
      statusCode: 409,
      json: { message: 'name is in use' },
    });
    expect(new EngineError(answer)).toMatchObject({ status: 409, message: 'name is in use' });
  });

  it('takes an answer without words, and anything that was thrown', () => {
    const empty = Object.assign(new Error('(HTTP code 500)'), { statusCode: 500, json: null });
    expect(new EngineError(empty)).toMatchObject({ status: 500, message: '(HTTP code 500)' });
    expect(new EngineError('text').message).toBe('text');
  });
});

it('a missing socket is told as one', async () => {
  const engine = new Engine({ kind: 'socket', path: '/nonexistent/docker.sock' });
  await expect(engine.version(calm)).rejects.toThrow(
    /^no such socket .*\/nonexistent\/docker\.sock/,
  );
});

it('a closed port is told as connection refused', async () => {
  const engine = new Engine({ kind: 'tcp', host: '127.0.0.1', port: 1 });
  await expect(engine.version(calm)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
