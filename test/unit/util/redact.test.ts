import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAuthority } from '../../../src/pki/index.ts';
import { redact } from '../../../src/util/redact.ts';

describe('redact', () => {
  it('takes out private keys of any kind, whole or cut off', async () => {
    const { certificate, privateKey } = await createAuthority('demo CA');
    const text = `before\n${certificate}\n${privateKey}\nafter`;
    const clean = redact(text);
    expect(clean).toBe(`before\n${certificate}\n[private key]\n\nafter`);
    const cut = privateKey.slice(0, 120);
    expect(redact(`key: ${cut}`)).toBe('key: [private key]');
    for (const kind of ['', 'RSA ', 'EC ', 'ENCRYPTED ']) {
      const key = `-----BEGIN ${kind}PRIVATE KEY-----\nabc\n-----END ${kind}PRIVATE KEY-----`;
      expect(redact(`${key} and ${key}`)).toBe('[private key] and [private key]');
    }
  });

  it('takes out user and password of URLs, and leaves the rest', () => {
    expect(redact('get http://bob:pw@proxy:3128/x, tcp://10.0.0.3:2376')).toBe(
      'get http://[redacted]@proxy:3128/x, tcp://10.0.0.3:2376',
    );
    expect(redact('etcd://10.0.0.2:2379/demo sent to ops@example.org')).toBe(
      'etcd://10.0.0.2:2379/demo sent to ops@example.org',
    );
  });

  const token = '0123456789abcdef0123456789abcdef';

  it.each([
    [`token://10.0.0.2:3380/v1/${token}`, 'token://10.0.0.2:3380/v1/[redacted]'],
    [`token://a:1/${token} x`, 'token://a:1/[redacted] x'],
    [`"token://[fd00::1]:1/v1/${token}"`, '"token://[fd00::1]:1/v1/[redacted]"'],
    [
      `swarm join ... token://a:1/v1/${token}\nnext`,
      'swarm join ... token://a:1/v1/[redacted]\nnext',
    ],
    [
      `Get https://a:1/v1/clusters/${token}?ttl=60: EOF`,
      'Get https://a:1/v1/clusters/[redacted]?ttl=60: EOF',
    ],
    [`GET /v1/clusters/${token}`, 'GET /v1/clusters/[redacted]'],
    [
      `token://a:1/${token} and token://b:1/${token}`,
      'token://a:1/[redacted] and token://b:1/[redacted]',
    ],
    // Several in one run, without a blank between.
    [`token://a:1/${token},token://b:1/${token}`, 'token://a:1/[redacted],token://b:1/[redacted]'],
    [
      `token://a:1/v1/${token};/v1/clusters/${token}`,
      'token://a:1/v1/[redacted];/v1/clusters/[redacted]',
    ],
    [
      `["token://a:1/${token}","token://${token}","https://a:1/clusters/${token}"]`,
      '["token://a:1/[redacted]","token://[redacted]","https://a:1/clusters/[redacted]"]',
    ],
    // As they were written for the Hub, and in capitals.
    [`token://${token}`, 'token://[redacted]'],
    [`swarm join token://${token} x`, 'swarm join token://[redacted] x'],
    [`token://${token.toUpperCase()}`, 'token://[redacted]'],
    [`token://a:1/v1/${token.toUpperCase()}/`, 'token://a:1/v1/[redacted]/'],
    [`TOKEN://a:1/v1/${token}`, 'TOKEN://a:1/v1/[redacted]'],
    [`DELETE /v1/clusters/${token.toUpperCase()}`, 'DELETE /v1/clusters/[redacted]'],
  ])('takes the token out of %s', (text, clean) => {
    expect(redact(text)).toBe(clean);
    expect(redact(clean)).toBe(clean);
  });

  it.each([
    'token://a:1/v1',
    `etcd://a:1/${token}`,
    `sha256:${token}${token}`,
    '/v1/clusters',
    `/v1/clusters/${token.slice(1)}`,
    `GET /images/${token}/json`,
  ])('leaves %s, which holds no token', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('takes out the value of --engine-env, in both spellings', () => {
    expect(redact('create --engine-env A=s3cret --nodes 3')).toBe(
      'create --engine-env A=[redacted] --nodes 3',
    );
    expect(redact('create --engine-env=A=s3cret=x -n 3')).toBe(
      'create --engine-env=A=[redacted] -n 3',
    );
  });

  it('leaves text without secrets as it is, and does not change it twice', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\w .,/=-]*$/), (text) => {
        fc.pre(!text.includes('--engine-env'));
        expect(redact(text)).toBe(text);
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zA-Z0-9]{6,20}$/), (secret) => {
        const clean = redact(`x --engine-env A=${secret} https://u:${secret}@h/ y`);
        expect(clean).not.toContain(`=${secret}`);
        expect(clean).not.toContain(`:${secret}`);
        expect(redact(clean)).toBe(clean);
      }),
    );
  });

  it.each(['http://bob:p@hunter2@proxy:1', 'redis://:hunter2@h', 'http://hunter2@h'])(
    'takes out what comes before the host of %s',
    (url) => {
      expect(redact(url)).not.toContain('hunter2');
    },
  );
});
