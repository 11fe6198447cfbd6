import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { CredentialSet } from '../../../src/cluster/credentials.ts';
import { issueCredentials } from '../../../src/hosts/authority.ts';
import { createAuthority, inspectCertificate } from '../../../src/pki/index.ts';
import { hostOf, recordOf } from '../support/cluster.ts';

const SETS: readonly CredentialSet[] = ['engine', 'manager', 'store', 'discovery'];

async function filesOf(name: string, sets = SETS) {
  const record = recordOf({ tlsSans: ['swarm.example.org', '192.0.2.7'] });
  const authority = await createAuthority('demo CA');
  const files = await issueCredentials(hostOf(record, name), sets, record, authority);
  const byPath = new Map(files.map((file) => [file.path.replace('/etc/swarmctl/tls/', ''), file]));
  const namesIn = (set: string) => {
    const { names } = inspectCertificate(byPath.get(`${set}/cert.pem`)?.text ?? '');
    return names.sort();
  };
  return { authority, files, byPath, namesIn };
}

describe('the credentials of a host', () => {
  it('are three files for each set that is asked for, and no other', async () => {
    const { byPath } = await filesOf('demo-1', ['engine', 'discovery']);
    expect([...byPath.keys()].sort()).toEqual([
      'discovery/ca.pem',
      'discovery/cert.pem',
      'discovery/key.pem',
      'engine/ca.pem',
      'engine/cert.pem',
      'engine/key.pem',
    ]);
  });

  it('can be used for what their set is for, and for nothing else', async () => {
    const { byPath, authority } = await filesOf('demo-m');
    const usages = Object.fromEntries(
      SETS.map((set) => {
        const certificate = new X509Certificate(byPath.get(`${set}/cert.pem`)?.text ?? '');
        expect(certificate.verify(new X509Certificate(authority.certificate).publicKey)).toBe(true);
        expect(
          certificate.checkPrivateKey(createPrivateKey(byPath.get(`${set}/key.pem`)?.text ?? '')),
        ).toBe(true);
        return [set, certificate.keyUsage];
      }),
    );
    const [server, client] = ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'];
    expect(usages).toEqual({
      engine: [server],
      manager: [server, client],
      store: [server],
      discovery: [client],
    });
  });

  it('have keys for their owner only, and never the key of the CA', async () => {
    const { files, authority } = await filesOf('demo-m');
    for (const { path, mode, text } of files) {
      expect(mode, path).toBe(path.endsWith('key.pem') ? 0o600 : undefined);
      expect(text).not.toContain(authority.privateKey);
      expect(text.includes('PRIVATE KEY')).toBe(path.endsWith('key.pem'));
    }
  });

  it("are valid for the host's name and address, this machine's, and what --tls-san adds", async () => {
    const own = ['127.0.0.1', 'localhost'];
    const node = await filesOf('demo-1');
    expect(node.namesIn('engine')).toEqual(
      [...own, 'demo-1', '10.117.0.3', 'swarm.example.org', '192.0.2.7'].sort(),
    );
    expect(node.namesIn('discovery')).toEqual([]);
    const master = await filesOf('demo-m');
    expect(master.namesIn('manager')).toEqual(
      [...own, 'demo-m', '10.117.0.2', 'swarm.example.org', '192.0.2.7'].sort(),
    );
    expect(master.namesIn('store')).toEqual([...own, 'demo-m', '10.117.0.2'].sort());
  });
});
