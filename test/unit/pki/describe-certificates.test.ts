import { expect, it } from 'vitest';
import { createAuthority, describeCertificates, issueCertificate } from '../../../src/pki/index.ts';

it('says of each certificate of a text what a person asks for, and nothing of its key', async () => {
  const authority = await createAuthority('demo CA');
  const leaf = await issueCertificate(authority, {
    commonName: 'demo-1',
    usages: ['server', 'client'],
    names: ['demo-1', '10.0.0.5'],
  });
  const described = describeCertificates(leaf.certificate + authority.certificate);
  expect(described).toMatchObject([
    {
      subject: 'CN=demo-1',
      issuer: 'CN=demo CA',
      subjectAlternativeNames: ['demo-1', '10.0.0.5'],
      authority: false,
      extendedKeyUsage: ['server', 'client'],
      publicKey: 'ec prime256v1',
    },
    { subject: 'CN=demo CA', authority: true, extendedKeyUsage: 'not limited' },
  ]);
  expect(JSON.stringify(described)).not.toContain('BEGIN');
  expect(() => describeCertificates('nothing')).toThrow('holds no certificate');
});
