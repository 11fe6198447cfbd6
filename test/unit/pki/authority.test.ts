import { createPrivateKey } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createAuthority } from '../../../src/pki/index.ts';
import { DAY, HOUR, opensslText, opensslVerify, parse } from './support.ts';

const now = new Date('2026-03-01T12:00:00Z');

describe('createAuthority', () => {
  test('makes a CA that signs itself', async () => {
    const authority = await createAuthority('demo CA');
    const certificate = parse(authority);
    expect(certificate.ca).toBe(true);
    expect(certificate.subject).toBe('CN=demo CA');
    expect(certificate.checkIssued(certificate)).toBe(true);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    await opensslVerify('any', authority, authority);
  });

  test('gives it the extensions of a CA', async () => {
    const text = await opensslText(await createAuthority('demo CA'));
    expect(text).toContain('Version: 3 (0x2)');
    expect(text).toMatch(/Basic Constraints: critical\s+CA:TRUE\n/);
    expect(text).toMatch(/Key Usage: critical\s+Certificate Sign, CRL Sign\n/);
    const [, subject] = /Subject Key Identifier:\s+(\S+)/.exec(text) ?? [];
    const [, authority] = /Authority Key Identifier:\s+(\S+)/.exec(text) ?? [];
    expect(subject).toMatch(/^([0-9A-F]{2}:){19}[0-9A-F]{2}$/);
    expect(authority).toBe(subject);
  });

  test('keeps the key as PKCS#8, on the curve P-256', async () => {
    const authority = await createAuthority('demo CA');
    expect(authority.privateKey).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    const key = createPrivateKey(authority.privateKey);
    expect(key.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    expect(parse(authority).checkPrivateKey(key)).toBe(true);
  });

  test('begins an hour ago and lasts ten years unless told otherwise', async () => {
    const certificate = parse(await createAuthority('demo CA', { now }));
    expect(Date.parse(certificate.validFrom)).toBe(now.getTime() - HOUR);
    expect(Date.parse(certificate.validTo)).toBe(now.getTime() + 3650 * DAY);
    const short = parse(await createAuthority('demo CA', { now, days: 2 }));
    expect(Date.parse(short.validTo)).toBe(now.getTime() + 2 * DAY);
  });

  test.each([
    ['2049-12-31T23:59:59Z', '491231235959Z', 0x17],
    ['2050-01-01T00:00:00Z', '20500101000000Z', 0x18],
  ])('writes the end %s as %s', async (end, written, tag) => {
    const days = 10;
    const begin = new Date(Date.parse(end) - days * DAY);
    const certificate = parse(await createAuthority('demo CA', { now: begin, days }));
    expect(new Date(certificate.validTo)).toEqual(new Date(end));
    const field = Buffer.concat([Buffer.of(tag, written.length), Buffer.from(written)]);
    expect(certificate.raw.includes(field)).toBe(true);
  });

  test('keeps a name that is not ASCII', async () => {
    const certificate = parse(await createAuthority('Größe 集群 CA'));
    expect(certificate.subject).toBe('CN=Größe 集群 CA');
  });

  test.each(['', '  '])('refuses the name "%s"', async (name) => {
    await expect(createAuthority(name)).rejects.toThrow('common name is empty');
  });

  test('refuses a name of more than 64 characters', async () => {
    await expect(createAuthority('é'.repeat(64))).resolves.toBeDefined();
    const name = 'x'.repeat(65);
    await expect(createAuthority(name)).rejects.toThrow(`"${name}" has 65 characters`);
  });
});
