import { describe, expect, it } from 'vitest';
import { issueCredentials } from '../../../src/hosts/authority.ts';
import { createAuthority, inspectCertificate } from '../../../src/pki/index.ts';
import { hostOf, recordOf } from '../support/cluster.ts';

async function filesOf(name: string) {
  const record = recordOf({ tlsSans: ['swarm.example.org', '192.0.2.7'] });
  const authority = await createAuthority('demo CA');
  const files = await issueCredentials(hostOf(record, name), record, authority);
  const byPath = new Map(files.map((file) => [file.path.replace('/etc/swarmctl/tls/', ''), file]));
  const namesIn = (set: string) => {
    const { names } = inspectCertificate(byPath.get(`${set}/cert.pem`)?.text ?? '');
    return names.sort();
  };
  return { authority, files, byPath, namesIn };
}

describe('the credentials of a host', () => {
  it('are a set of three files for each purpose of a node', async () => {
    const { byPath } = await filesOf('demo-1');
    expect([...byPath.keys()].sort()).toEqual([
      'discovery/ca.pem',
      'discovery/cert.pem',
      'discovery/key.pem',
      'engine/ca.pem',
      'engine/cert.pem',
      'engine/key.pem',
    ]);
  });

  it('hold those of manager and store on the master', async () => {
    const { byPath } = await filesOf('demo-m');
    const sets = [...byPath.keys()].map((path) => path.split('/')[0]);
    expect([...new Set(sets)].sort()).toEqual(['discovery', 'engine', 'manager', 'store']);
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
