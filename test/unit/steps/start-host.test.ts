import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeCertificates } from '../../../src/steps/make-certificates.ts';
import { startHost } from '../../../src/steps/start-host.ts';
import { writeRecord } from '../../../src/steps/write-record.ts';
import { hostOf, type SpecChanges } from '../support/cluster.ts';
import type { Routes } from '../support/fake-engine.ts';
import { untar } from '../support/image-archive.ts';
import { makeCertificates as testCertificates, type Certificates } from '../support/tls-server.ts';
import { quiet, worldOf } from '../support/world.ts';

const TLS = 'etc/swarmctl/tls/';

let foreign: Certificates;
beforeAll(async () => {
  foreign = await testCertificates();
});

/** An engine on which a host can be made. */
function making(name: string): Routes {
  return {
    'POST /volumes/create': { status: 201, json: { Name: 'v' } },
    'POST /containers/create': { status: 201, json: { Id: 'id1' } },
    [`PUT /containers/swarmctl-${name}/archive`]: { body: '' },
    [`POST /containers/swarmctl-${name}/start`]: { status: 204, body: '' },
  };
}

/** What a new host holds below the folder of credentials, and what of our own CA signed it. */
async function credentialsOf(name: string, changes: SpecChanges) {
  const { world, record, outer } = await worldOf(changes, making(name));
  // The same two steps that create takes before.
  await writeRecord(world).run(quiet);
  await makeCertificates(world).run(quiet);
  await startHost(world, hostOf(record, name)).run(quiet);
  const body = outer.requests.find(({ method }) => method === 'PUT')?.body ?? Buffer.alloc(0);
  const all = await untar(body);
  const files = new Map(
    [...all]
      .filter(([file]) => file.startsWith(TLS))
      .map(([file, { content, mode }]) => [
        file.slice(TLS.length),
        { text: content.toString(), mode },
      ]),
  );
  const sets = [...new Set([...files.keys()].map((file) => file.split('/')[0] ?? ''))].sort();
  const caKey = await world.folder.read('ca/key.pem');
  const ca = new X509Certificate((await world.folder.read('ca/cert.pem')) ?? '');
  return { all, files, sets, ca, caKey: caKey ?? 'no key', paths: outer.paths() };
}

const tlsOf = ({ authority, client }: Certificates) => ({
  ca: authority.certificate,
  cert: client.certificate,
  key: client.privateKey,
});

const complete = (set: string) => [`${set}/ca.pem`, `${set}/cert.pem`, `${set}/key.pem`];

describe('which credentials go to which host', () => {
  it.each([
    ['etcd', ['discovery', 'engine', 'manager', 'store'], ['discovery', 'engine']],
    ['token', ['discovery', 'engine', 'manager', 'store'], ['discovery', 'engine']],
    ['zk', ['engine', 'manager'], ['engine']],
    ['nodes', ['engine', 'manager'], ['engine']],
    ['file', ['engine', 'manager'], ['engine']],
    ['etcd://10.0.0.5:2379', ['engine', 'manager'], ['engine']],
    ['zk://10.0.0.5:2181', ['engine', 'manager'], ['engine']],
    ['token://10.0.0.5:3380/v1', ['engine', 'manager'], ['engine']],
  ])('with %s', async (discovery, onMaster, onNode) => {
    expect((await credentialsOf('demo-m', { discovery })).sets).toEqual(onMaster);
    expect((await credentialsOf('demo-1', { discovery })).sets).toEqual(onNode);
  });

  it('a client certificate of our own for etcd, to be shown to it', async () => {
    const { files, ca } = await credentialsOf('demo-1', { discovery: 'etcd' });
    expect([...files.keys()].sort()).toEqual([...complete('discovery'), ...complete('engine')]);
    const certificate = new X509Certificate(files.get('discovery/cert.pem')?.text ?? '');
    expect(certificate.verify(ca.publicKey)).toBe(true);
  });

  it('the CA of the cluster alone for its token service', async () => {
    for (const name of ['demo-m', 'demo-1']) {
      const { files, ca } = await credentialsOf(name, { discovery: 'token' });
      const held = [...files.keys()].filter((file) => file.startsWith('discovery/'));
      expect(held).toEqual(['discovery/ca.pem']);
      expect(new X509Certificate(files.get('discovery/ca.pem')?.text ?? '').fingerprint256).toBe(
        ca.fingerprint256,
      );
    }
  });

  it.each(['etcd://10.0.0.5:2379', 'consul://10.0.0.5:8500'])(
    'exactly what the person gave for %s, on each of them',
    async (discovery) => {
      const discoveryTls = tlsOf(foreign);
      for (const name of ['demo-m', 'demo-1']) {
        const { files } = await credentialsOf(name, { discovery, discoveryTls });
        expect(files.get('discovery/ca.pem')?.text).toBe(discoveryTls.ca);
        expect(files.get('discovery/cert.pem')?.text).toBe(discoveryTls.cert);
        expect(files.get('discovery/key.pem')?.text).toBe(discoveryTls.key);
      }
    },
  );

  it('the CA that the person gave for a token service, and no key where none was given', async () => {
    const discoveryTls = { ca: foreign.authority.certificate, cert: null, key: null };
    const { files } = await credentialsOf('demo-1', {
      discovery: 'token://10.0.0.5:3380/v1',
      discoveryTls,
    });
    const held = [...files].filter(([file]) => file.startsWith('discovery/'));
    expect(held.map(([file, { text }]) => [file, text])).toEqual([
      ['discovery/ca.pem', discoveryTls.ca],
    ]);
  });

  it('the certificate for an existing token service on the master alone, where it is kept', async () => {
    const discoveryTls = tlsOf(foreign);
    const spec = { discovery: 'token://10.0.0.5:3380/v1', discoveryTls };
    const ofDiscovery = async (name: string) => {
      const { all, files } = await credentialsOf(name, spec);
      const texts = [...all.values()].map(({ content }) => content.toString());
      const held = [...files].filter(([file]) => file.startsWith('discovery/'));
      return { texts, held: held.map(([file, { text }]) => [file, text]) };
    };
    const { held } = await ofDiscovery('demo-m');
    expect(held).toEqual([
      ['discovery/ca.pem', discoveryTls.ca],
      ['discovery/cert.pem', discoveryTls.cert],
      ['discovery/key.pem', discoveryTls.key],
    ]);
    const node = await ofDiscovery('demo-1');
    expect(node.held).toEqual([['discovery/ca.pem', discoveryTls.ca]]);
    for (const text of node.texts) {
      expect(text).not.toContain(discoveryTls.key);
      expect(text).not.toContain(discoveryTls.cert);
    }
  });

  it('a server certificate of the store for its deployed server only', async () => {
    const { files, ca } = await credentialsOf('demo-m', { discovery: 'token' });
    const certificate = new X509Certificate(files.get('store/cert.pem')?.text ?? '');
    expect(certificate.verify(ca.publicKey)).toBe(true);
    expect(certificate.checkIP('10.117.0.2')).toBe('10.117.0.2');
  });

  it.each([
    ['etcd', null],
    ['token', null],
    ['etcd://10.0.0.5:2379', 'given'],
  ])(
    'with %s every key is for its owner only, and that of the CA nowhere',
    async (discovery, tls) => {
      const discoveryTls = tls === null ? null : tlsOf(foreign);
      for (const name of ['demo-m', 'demo-1']) {
        const { all, caKey } = await credentialsOf(name, { discovery, discoveryTls });
        for (const [file, { content, mode }] of all) {
          const text = content.toString();
          expect(text, file).not.toContain(caKey);
          if (text.includes('PRIVATE KEY')) {
            expect(file).toMatch(/key\.pem$/);
            expect(mode & 0o777, file).toBe(0o600);
          }
        }
      }
    },
  );

  it('all before its engine starts for the first time', async () => {
    const { paths } = await credentialsOf('demo-1', { discovery: 'etcd' });
    const put = paths.indexOf('PUT /containers/swarmctl-demo-1/archive');
    expect(put).toBeGreaterThan(paths.indexOf('POST /containers/create'));
    expect(put).toBeLessThan(paths.indexOf('POST /containers/swarmctl-demo-1/start'));
  });
});

describe('a host', () => {
  it('is not made when the CA is not on this machine', async () => {
    const { world, record, outer } = await worldOf({}, making('demo-1'));
    await expect(startHost(world, hostOf(record, 'demo-1')).run(quiet)).rejects.toMatchObject({
      code: 'STATE',
      message: 'the CA of demo is not on this machine',
    });
    expect(outer.paths()).not.toContain('POST /containers/create');
  });

  it('of which a port is taken fails with what to do', async () => {
    const message = 'Bind for 127.0.0.1:3376 failed: port is already allocated';
    const routes = {
      ...making('demo-1'),
      'POST /containers/swarmctl-demo-1/start': { status: 500, json: { message } },
    };
    const { world, record } = await worldOf({}, routes);
    await makeCertificates(world).run(quiet);
    await expect(startHost(world, hostOf(record, 'demo-1')).run(quiet)).rejects.toMatchObject({
      message,
      suggestions: [expect.stringContaining('other ports')],
    });
  });
});

describe('what a person gave', () => {
  const discovery = 'etcd://10.0.0.5:2379';

  it('is kept in the folder of the cluster, and by fingerprints in its record', async () => {
    const discoveryTls = tlsOf(foreign);
    const { world } = await worldOf({ discovery, discoveryTls });
    await writeRecord(world).run(quiet);
    expect(await world.folder.read('discovery/ca.pem')).toBe(discoveryTls.ca);
    expect(await world.folder.read('discovery/key.pem')).toBe(discoveryTls.key);
    const written = (await world.folder.read('cluster.json')) ?? '';
    expect(written).not.toContain('BEGIN');
    expect((await world.folder.readRecord())?.spec.discoveryTls?.key).toMatch(/^sha256:/);
  });

  it('is nothing in that folder when nothing was given', async () => {
    const { world } = await worldOf({ discovery });
    await writeRecord(world).run(quiet);
    expect(await world.folder.read('discovery/ca.pem')).toBeUndefined();
    expect(await world.givenTls()).toBeUndefined();
  });
});
