import { beforeAll, describe, expect, test } from 'vitest';
import {
  createAuthority,
  issueCertificate,
  type CertificateRequest,
  type KeyPair,
} from '../../../src/pki/index.ts';
import { DAY, HOUR, opensslText, opensslVerify, parse } from './support.ts';

const now = new Date('2026-03-01T12:00:00Z');
const NAMES = ['demo-1', 'node.example.org', '*.example.com', '10.0.0.5', '2001:db8::5'];

const request: CertificateRequest = {
  commonName: 'demo-1',
  organization: 'demo',
  usages: ['server', 'client'],
  names: NAMES,
};

let authority: KeyPair;
beforeAll(async () => {
  authority = await createAuthority('demo CA');
});

describe('issueCertificate', () => {
  test('makes a certificate that its CA vouches for', async () => {
    const issuer = parse(authority);
    const leaf = parse(await issueCertificate(authority, request));
    expect(leaf.subject).toBe('O=demo\nCN=demo-1');
    expect(leaf.issuer).toBe(issuer.subject);
    expect(leaf.ca).toBe(false);
    expect(leaf.checkIssued(issuer)).toBe(true);
    expect(leaf.verify(issuer.publicKey)).toBe(true);
  });

  test('is not vouched for by a CA of the same name', async () => {
    const other = await createAuthority('demo CA');
    const leaf = await issueCertificate(authority, request);
    expect(parse(leaf).checkIssued(parse(other))).toBe(false);
    expect(parse(leaf).verify(parse(other).publicKey)).toBe(false);
    await expect(opensslVerify('sslserver', other, leaf)).rejects.toThrow('verification failed');
  });

  test('covers its names and addresses, and no others', async () => {
    const leaf = parse(await issueCertificate(authority, request));
    for (const host of ['demo-1', 'node.example.org', 'DEMO-1', 'a.example.com']) {
      expect(leaf.checkHost(host), host).toBeDefined();
    }
    for (const host of ['demo-2', 'example.org', 'a.b.example.com', 'demo']) {
      expect(leaf.checkHost(host), host).toBeUndefined();
    }
    for (const ip of ['10.0.0.5', '2001:db8::5', '2001:DB8:0:0::5']) {
      expect(leaf.checkIP(ip), ip).toBeDefined();
    }
    for (const ip of ['10.0.0.6', '2001:db8::6', '::1']) {
      expect(leaf.checkIP(ip), ip).toBeUndefined();
    }
  });

  test('writes addresses as addresses and equal names once', async () => {
    const names = ['::1', '0:0:0::1', 'A.example.org', '127.0.0.1', 'a.example.org', '127.0.0.1'];
    const leaf = parse(await issueCertificate(authority, { ...request, names }));
    expect(leaf.subjectAltName).toBe(
      'IP Address:0:0:0:0:0:0:0:1, DNS:a.example.org, IP Address:127.0.0.1',
    );
  });

  test.each([
    ['::', '0:0:0:0:0:0:0:0'],
    ['fe80::', 'FE80:0:0:0:0:0:0:0'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['2001:db8::a:0:0:1', '2001:DB8:0:0:A:0:0:1'],
    ['::ffff:10.0.0.1', '0:0:0:0:0:FFFF:A00:1'],
  ])('writes %s as %s', async (name, written) => {
    const leaf = parse(await issueCertificate(authority, { ...request, names: [name] }));
    expect(leaf.subjectAltName).toBe(`IP Address:${written}`);
    expect(leaf.checkIP(name)).toBeDefined();
  });

  test('gives it the extensions of a leaf', async () => {
    const text = await opensslText(await issueCertificate(authority, request));
    expect(text).toContain('Version: 3 (0x2)');
    expect(text).toMatch(/Signature Algorithm: ecdsa-with-SHA256\n/);
    expect(text).toMatch(/Basic Constraints: critical\s+CA:FALSE\n/);
    expect(text).toMatch(/Key Usage: critical\s+Digital Signature\n/);
    expect(text).toMatch(/TLS Web Server Authentication, TLS Web Client Authentication\n/);
  });

  test.each([
    { usages: ['server'], passes: ['sslserver'], fails: ['sslclient'] },
    { usages: ['client'], passes: ['sslclient'], fails: ['sslserver'] },
    { usages: ['server', 'client'], passes: ['sslserver', 'sslclient'], fails: [] },
  ] as const)('serves for $usages only', async ({ usages, passes, fails }) => {
    const leaf = await issueCertificate(authority, { ...request, usages });
    for (const purpose of passes) {
      await opensslVerify(purpose, authority, leaf);
    }
    for (const purpose of fails) {
      await expect(opensslVerify(purpose, authority, leaf)).rejects.toThrow('unsuitable');
    }
  });

  test('is verified by openssl for a name and an address', async () => {
    const leaf = await issueCertificate(authority, request);
    const check = (...more: string[]) => opensslVerify('sslserver', authority, leaf, more);
    await check('-verify_hostname', 'demo-1', '-verify_ip', '2001:db8::5');
    await expect(check('-verify_hostname', 'demo-2')).rejects.toThrow('hostname mismatch');
    await expect(check('-verify_ip', '10.0.0.6')).rejects.toThrow('IP address mismatch');
  });

  test('needs no names as a client', async () => {
    const leaf = await issueCertificate(authority, { ...request, usages: ['client'], names: [] });
    expect(parse(leaf).subjectAltName).toBeUndefined();
    await opensslVerify('sslclient', authority, leaf);
  });

  test('begins an hour ago and lasts three years unless told otherwise', async () => {
    const leaf = parse(await issueCertificate(authority, { ...request, now }));
    expect(Date.parse(leaf.validFrom)).toBe(now.getTime() - HOUR);
    expect(Date.parse(leaf.validTo)).toBe(now.getTime() + 1095 * DAY);
    const short = parse(await issueCertificate(authority, { ...request, now, days: 1 }));
    expect(Date.parse(short.validTo)).toBe(now.getTime() + DAY);
  });

  test('does not outlive its CA', async () => {
    const brief = await createAuthority('brief CA', { now, days: 10 });
    const leaf = parse(await issueCertificate(brief, { ...request, now }));
    expect(leaf.validTo).toBe(parse(brief).validTo);
  });

  test('numbers certificates at random with 16 bytes', async () => {
    const leaves = await Promise.all(
      Array.from({ length: 50 }, () => issueCertificate(authority, request)),
    );
    const serials = leaves.map((leaf) => parse(leaf).serialNumber);
    expect(new Set(serials).size).toBe(50);
    for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9A-F]{31}$/);
    expect(new Set(leaves.map((leaf) => leaf.privateKey)).size).toBe(50);
  });
});

describe('issueCertificate refuses', () => {
  test.each([
    '10.0.0.300',
    '10.0.0',
    '10.0.0.1/24',
    '2001:db8::g',
    'fe80::1%eth0',
    'my host',
    'host name.example.org',
    'under_score',
    '-dash',
    'a..b',
    'a.*.b',
    'dot.',
    'größe.example.org',
    'x'.repeat(64),
    `${'x.'.repeat(127)}org`,
    'a.example.org\n',
    '',
  ])('the name "%s"', async (name) => {
    const issued = issueCertificate(authority, { ...request, names: ['demo-1', name] });
    await expect(issued).rejects.toThrow(`"${name}": it is neither an IP address nor a DNS name`);
    await expect(issued).rejects.toMatchObject({ code: 'USAGE' });
  });

  test('a server without names', async () => {
    const issued = issueCertificate(authority, { ...request, names: [] });
    await expect(issued).rejects.toThrow('"demo-1" has no IP address or DNS name');
  });

  test('a certificate without a use', async () => {
    const issued = issueCertificate(authority, { ...request, usages: [] });
    await expect(issued).rejects.toThrow('"demo-1" is for neither server nor client');
  });

  test('a subject that is empty or too long', async () => {
    await expect(issueCertificate(authority, { ...request, commonName: '' })).rejects.toThrow(
      'common name is empty',
    );
    const organization = 'o'.repeat(65);
    await expect(issueCertificate(authority, { ...request, organization })).rejects.toThrow(
      `organization "${organization}" has 65 characters`,
    );
  });
});
