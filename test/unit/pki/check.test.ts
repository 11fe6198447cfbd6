import { createPrivateKey, X509Certificate } from 'node:crypto';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { keyProblem } from '../../../src/pki/check-key.ts';
import { missingNames, sayNames } from '../../../src/pki/check-names.ts';
import { mayBe } from '../../../src/pki/check-usage.ts';
import { validityProblem } from '../../../src/pki/check-validity.ts';
import { readChain } from '../../../src/pki/read-chain.ts';
import { sayCertificate, sayExactly } from '../../../src/pki/say-certificate.ts';
import { DAY } from './support.ts';

/** A certificate that signs itself, with these extensions. */
async function certificate(subject: string, ...extensions: string[]): Promise<X509Certificate> {
  const added = extensions.flatMap((extension) => ['-addext', extension]);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const request = ['req', '-x509', ...key, '-keyout', '/dev/null', '-subj', subject, '-days', '30'];
  const { stdout } = await execa('openssl', [...request, ...added]);
  return new X509Certificate(stdout);
}

describe('usages', () => {
  it.each([
    ['extendedKeyUsage=serverAuth', true, false],
    ['extendedKeyUsage=clientAuth', false, true],
    ['extendedKeyUsage=serverAuth,clientAuth', true, true],
    ['extendedKeyUsage=anyExtendedKeyUsage', false, true],
    ['extendedKeyUsage=emailProtection', false, false],
    ['nsComment=none', true, true],
  ])('of %s: server %s, client %s', async (extension, server, client) => {
    const one = await certificate('/CN=x', extension);
    expect(mayBe(one, 'serverAuth')).toBe(server);
    expect(mayBe(one, 'clientAuth')).toBe(client);
  });
});

describe('names', () => {
  it('are missing unless a SAN covers them', async () => {
    const sans = 'subjectAltName=DNS:a.example.org,DNS:*.example.net,IP:10.0.0.1,IP:fd00::1';
    const one = await certificate('/CN=common', sans);
    const covered = ['a.example.org', 'A.EXAMPLE.org', 'x.example.net', '10.0.0.1', 'fd00:0::1'];
    expect(missingNames(one, covered)).toEqual([]);
    const missing = ['common', 'x.y.example.net', '10.0.0.2', 'fd00::2'];
    expect(missingNames(one, [...missing, ...missing])).toEqual(missing);
    expect(sayNames(missing)).toBe('DNS:common,DNS:x.y.example.net,IP:10.0.0.2,IP:fd00::2');
  });
});

describe('time', () => {
  it('is told when it is over, not come or short', async () => {
    const one = await certificate('/CN=x');
    const end = Date.parse(one.validTo);
    const at = (time: number) => validityProblem(one, new Date(time));
    expect(at(end)?.words).toMatch(/^expired on 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
    expect(at(end - 1000)?.level).toBe('warning');
    expect(at(end - 7 * DAY + 1000)?.level).toBe('warning');
    expect(at(end - 7 * DAY)).toBeUndefined();
    expect(at(Date.parse(one.validFrom))).toBeUndefined();
    expect(at(Date.parse(one.validFrom) - 1000)).toMatchObject({ level: 'error' });
  });
});

describe('keys', () => {
  it.each([
    [['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'], undefined],
    [['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384'], undefined],
    [['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-521'], undefined],
    [['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:brainpoolP256r1'], /brainpoolP256r1/],
    [['-algorithm', 'ed25519'], /ed25519/],
    [['-algorithm', 'ed448'], /ed448/],
  ])('of %s', async (options, problem) => {
    const { stdout } = await execa('openssl', ['genpkey', ...options]);
    const found = keyProblem(createPrivateKey(stdout));
    if (problem) expect(found).toMatch(problem);
    else expect(found).toBeUndefined();
  });
});

describe('certificates', () => {
  it('are called by their common name, else by their subject', async () => {
    expect(sayCertificate(await certificate('/O=Org/CN=a b'))).toBe('"a b"');
    expect(sayCertificate(await certificate('/O=Org/OU=Unit'))).toBe('"O=Org, OU=Unit"');
    expect(sayCertificate(await certificate('/'))).toBe('""');
    expect(sayExactly(await certificate('/CN=x'))).toMatch(/^"x" \(SHA-256 ([0-9A-F]{2}:){7}/);
  });

  it('are all read, whatever stands between them', async () => {
    const [one, two] = [await certificate('/CN=1'), await certificate('/CN=2')];
    const text = `Bag Attributes\r\n${one.toString().replaceAll('\n', '\r\n')} junk\n${two.toString()}`;
    const read = readChain(text);
    if ('problem' in read) throw new Error(read.problem);
    expect(read.certificates.map(sayCertificate)).toEqual(['"1"', '"2"']);
  });
});
