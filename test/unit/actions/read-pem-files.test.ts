import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readPemFiles, type PemFiles } from '../../../src/actions/read-pem-files.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { makeCertificates, type Certificates } from '../support/tls-server.ts';

let certificates: Certificates;
let folder: string;

beforeAll(async () => {
  certificates = await makeCertificates();
});

beforeEach(async () => {
  folder = await temporaryFolder();
  const { authority, client, server } = certificates;
  const files = {
    'ca.pem': authority.certificate,
    'cert.pem': client.certificate,
    'key.pem': client.privateKey,
    'other-key.pem': server.privateKey,
    'garbage.pem': 'hello',
    'empty.pem': '',
    'broken.pem': authority.certificate.replace(/[A-Z]{3}/g, '!!!'),
    'cut.pem': authority.certificate.slice(0, 120),
  };
  await Promise.all(
    Object.entries(files).map(([name, text]) => writeFile(path.join(folder, name), text)),
  );
  await mkdir(path.join(folder, 'folder.pem'));
});

/** Reads files of the folder by their names. */
async function read(names: PemFiles) {
  const paths = Object.fromEntries(
    Object.entries(names).map(([flag, name]) => [flag, path.join(folder, String(name))]),
  );
  return readPemFiles(paths, 'discovery-');
}

describe('the PEM files of a store', () => {
  it('may be none', async () => {
    expect(await readPemFiles({}, 'discovery-')).toEqual({ tls: null, problems: [] });
    const undefinedOnes = { ca: undefined, cert: undefined, key: undefined };
    expect(await readPemFiles(undefinedOnes, 'x-')).toEqual({ tls: null, problems: [] });
  });

  it('are read as they are', async () => {
    const { authority, client } = certificates;
    expect(await read({ ca: 'ca.pem', cert: 'cert.pem', key: 'key.pem' })).toEqual({
      tls: { ca: authority.certificate, cert: client.certificate, key: client.privateKey },
      problems: [],
    });
  });

  it('may be a CA alone', async () => {
    expect(await read({ ca: 'ca.pem' })).toEqual({
      tls: { ca: certificates.authority.certificate, cert: null, key: null },
      problems: [],
    });
  });

  it.each(['missing.pem', 'garbage.pem', 'empty.pem', 'broken.pem', 'cut.pem', 'folder.pem'])(
    'that are %s are told by flag and path, each of them',
    async (name) => {
      for (const flag of ['ca', 'cert', 'key'] as const) {
        const { tls, problems } = await read({ [flag]: name });
        expect(tls).toBeNull();
        expect(problems).toHaveLength(1);
        expect(problems[0]).toContain(`--discovery-${flag} ${path.join(folder, name)}: `);
        expect(problems[0]?.split(': ').slice(1).join(': ')).not.toBe('');
      }
      const all = await read({ ca: name, cert: name, key: name });
      expect(all.problems).toHaveLength(3);
      expect(all.tls).toBeNull();
    },
  );

  it('are not taken for each other', async () => {
    expect((await read({ ca: 'key.pem' })).problems.join()).toContain('--discovery-ca');
    const swapped = await read({ ca: 'ca.pem', cert: 'key.pem', key: 'cert.pem' });
    expect(swapped.problems.map((text) => text.split(' ')[0]).sort()).toEqual([
      '--discovery-cert',
      '--discovery-key',
    ]);
  });

  it('hold a key of the certificate', async () => {
    const { problems } = await read({ ca: 'ca.pem', cert: 'cert.pem', key: 'other-key.pem' });
    expect(problems).toEqual(['--discovery-key is not the key of --discovery-cert']);
  });

  it.each([
    { ca: 'ca.pem', cert: 'cert.pem' },
    { ca: 'ca.pem', key: 'key.pem' },
  ])('hold certificate and key, or neither (%#)', async (names) => {
    expect((await read(names)).problems).toEqual([
      '--discovery-cert and --discovery-key go together',
    ]);
  });

  it('need the CA as well', async () => {
    const { tls, problems } = await read({ cert: 'cert.pem', key: 'key.pem' });
    expect(problems).toEqual(['--discovery-cert needs --discovery-ca as well']);
    expect(tls).toBeNull();
  });

  it('never have anything of a key told', async () => {
    const { problems } = await read({ ca: 'key.pem', cert: 'other-key.pem', key: 'cut.pem' });
    const line = certificates.client.privateKey.split('\n')[1] ?? 'no line';
    expect(problems.join()).not.toContain(line);
  });

  it('are named by the flags of their command', async () => {
    const { problems } = await readPemFiles({ ca: path.join(folder, 'missing.pem') }, '');
    expect(problems[0]).toMatch(/^--ca /);
  });
});
