import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createAuthority, inspectCertificate, issueCertificate } from '../../../src/pki/index.ts';
import { DAY, foreignAuthority, parse } from './support.ts';

const now = new Date('2026-03-01T12:00:00Z');

describe('inspectCertificate', () => {
  test('tells what was asked for', async () => {
    const authority = await createAuthority('demo CA', { now });
    const names = ['demo-1', '10.0.0.5', '2001:db8::5', '*.example.org'];
    const leaf = await issueCertificate(authority, {
      commonName: 'demo-1',
      organization: 'demo',
      usages: ['server'],
      names,
      now,
    });
    const digest = createHash('sha256').update(parse(leaf).raw).digest('hex');
    const { fingerprint, ...facts } = inspectCertificate(leaf.certificate, now);
    expect(facts).toEqual({
      subject: 'O=demo, CN=demo-1',
      issuer: 'CN=demo CA',
      names,
      notBefore: new Date('2026-03-01T11:00:00Z'),
      notAfter: new Date(now.getTime() + 1095 * DAY),
      daysLeft: 1095,
    });
    expect(fingerprint.replaceAll(':', '').toLowerCase()).toBe(digest);
  });

  test.each([
    [0, 10],
    [1, 9],
    [10 * DAY - 1, 0],
    [10 * DAY, 0],
    [10 * DAY + 1, -1],
  ])('%d ms later counts %d days left', async (later, days) => {
    const { certificate } = await createAuthority('demo CA', { now, days: 10 });
    expect(inspectCertificate(certificate, new Date(now.getTime() + later)).daysLeft).toBe(days);
  });

  test('knows no names of a certificate without them', async () => {
    const { certificate } = await createAuthority('demo CA');
    expect(inspectCertificate(certificate).names).toEqual([]);
  });

  test('is not misled by what foreign certificates call themselves', async () => {
    const { certificate } = await foreignAuthority([
      'subjectAltName = @names',
      '[names]',
      'DNS.1 = "a.example.org, IP Address:10.0.0.1"',
      'URI.1 = "https://example.org/DNS:b.example.org"',
      'email.1 = ops@example.org',
      'DNS.2 = c.example.org',
      'IP.1 = ::ffff',
    ]);
    expect(inspectCertificate(certificate).names).toEqual([
      'a.example.org, IP Address:10.0.0.1',
      'c.example.org',
      '::ffff',
    ]);
  });

  test.each([
    '',
    'not a certificate',
    '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
  ])('refuses %j', (text) => {
    expect(() => inspectCertificate(text)).toThrow('cannot read a certificate');
  });
});
