import { createPrivateKey } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createAuthority, issueCertificate } from '../../../src/pki/index.ts';
import {
  FOREIGN_EXTENSIONS,
  foreignAuthority,
  opensslText,
  opensslVerify,
  parse,
} from './support.ts';

const request = {
  commonName: 'demo-1',
  usages: ['server', 'client'],
  names: ['demo-1', '10.0.0.5'],
} as const;

describe('a CA that swarmctl did not make', () => {
  test('signs with RSA', async () => {
    const authority = await foreignAuthority();
    const leaf = await issueCertificate(authority, request);
    expect(parse(authority).publicKey.asymmetricKeyType).toBe('rsa');
    expect(parse(leaf).publicKey.asymmetricKeyType).toBe('ec');
    expect(parse(leaf).verify(parse(authority).publicKey)).toBe(true);
    expect(parse(leaf).checkIssued(parse(authority))).toBe(true);
    const text = await opensslText(leaf);
    expect(text).toContain('Signature Algorithm: sha256WithRSAEncryption');
    expect(text).toMatch(/Authority Key Identifier:\s+01:02:03:04:05:06:07:08\n/);
    await opensslVerify('sslserver', authority, leaf);
    await opensslVerify('sslclient', authority, leaf);
  });

  test('is named byte for byte as it names itself', async () => {
    const authority = await foreignAuthority();
    const { raw } = parse(await issueCertificate(authority, request));
    // PrintableString, which swarmctl itself does not write.
    const name = Buffer.concat([Buffer.of(0x13, 12), Buffer.from('Example Root')]);
    expect(parse(authority).raw.includes(name)).toBe(true);
    expect(raw.includes(name)).toBe(true);
    expect(parse(await issueCertificate(authority, request)).issuer).toBe(
      'C=DE\nO=Example Org\nOU=Operations\nCN=Example Root',
    );
  });

  test('signs with ECDSA on another curve, its key in SEC1', async () => {
    const { certificate, privateKey: pkcs8 } = await foreignAuthority(FOREIGN_EXTENSIONS, [
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-384',
    ]);
    const sec1 = createPrivateKey(pkcs8).export({ type: 'sec1', format: 'pem' });
    const authority = { certificate, privateKey: sec1.toString() };
    await opensslVerify('sslserver', authority, await issueCertificate(authority, request));
  });

  test('need not have declared a key identifier', async () => {
    const authority = await foreignAuthority([
      'basicConstraints = critical, CA:TRUE',
      'subjectKeyIdentifier = none',
    ]);
    const leaf = await issueCertificate(authority, request);
    expect(await opensslText(leaf)).toMatch(/Authority Key Identifier:\s+([0-9A-F]{2}:){19}/);
    expect(parse(leaf).checkIssued(parse(authority))).toBe(true);
  });
});

describe('issueCertificate refuses as CA', () => {
  test('the certificate of a leaf', async () => {
    const leaf = await issueCertificate(await createAuthority('demo CA'), request);
    await expect(issueCertificate(leaf, request)).rejects.toThrow(
      '"CN=demo-1" is not the certificate of a CA',
    );
  });

  test('one that has expired', async () => {
    const authority = await createAuthority('old CA', { now: new Date('2020-01-01'), days: 1 });
    await expect(issueCertificate(authority, request)).rejects.toThrow(
      '"CN=old CA" expired on Jan  2 00:00:00 2020 GMT',
    );
  });

  test('one with the key of another', async () => {
    const [{ certificate }, { privateKey }] = await Promise.all([
      createAuthority('demo CA'),
      createAuthority('demo CA'),
    ]);
    await expect(issueCertificate({ certificate, privateKey }, request)).rejects.toThrow(
      'the private key does not belong to the CA "CN=demo CA"',
    );
  });

  test('one with a key that Swarm cannot verify', async () => {
    const authority = await foreignAuthority(FOREIGN_EXTENSIONS, ['-newkey', 'ed25519']);
    await expect(issueCertificate(authority, request)).rejects.toThrow('a key of type ed25519');
  });

  test('files that hold something else', async () => {
    const { certificate, privateKey } = await createAuthority('demo CA');
    await expect(
      issueCertificate({ certificate: privateKey, privateKey }, request),
    ).rejects.toThrow('cannot read a certificate');
    await expect(
      issueCertificate({ certificate, privateKey: certificate }, request),
    ).rejects.toThrow('cannot read the private key of the CA "CN=demo CA"');
  });
});
