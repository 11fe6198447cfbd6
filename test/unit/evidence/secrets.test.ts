import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { redactor, secretsBelow, secretValues } from '../../../src/evidence/secrets.ts';
import { createAuthority } from '../../../src/pki/index.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const clean = redactor([]);
const token = '0123456789abcdef0123456789abcdef';

describe('what looks like a secret', () => {
  it('a private key is taken out, also of JSON', async () => {
    const { certificate, privateKey } = await createAuthority('demo CA');
    const body = privateKey.split('\n')[1] ?? '';
    for (const text of [privateKey, JSON.stringify({ pem: privateKey }), privateKey.slice(0, 90)]) {
      expect(clean(text)).toContain('[private key]');
      expect(clean(text)).not.toContain(body.slice(0, 20));
    }
    expect(clean(certificate)).toBe(certificate);
  });

  it.each([
    '"token": "hunter2"',
    '"token": "hunter2',
    '"discoveryToken":"hunter2"',
    '"auth": "hunter2"',
    '"identitytoken": "hunter2"',
    '"key": "hunter2"',
    '"DB_PASSWORD=x \\" hunter2"',
    '"Env": ["A=b", "SSH_KEY=x hunter2", "C=d"]',
    'MYKEY=hunter2',
    'API_TOKEN="some hunter2"',
    'aws_secret_access_key=hunter2',
    'db_password=hunter2 next',
    'get https://h/x?access_token=hunter2',
    'HTTP_PROXY=http://bob:hunter2@10.0.0.1:3128',
    `"HttpProxy": "http://bob:hunter2@h"`,
    'Authorization: Basic hunter2',
    '"Authorization":"Bearer hunter2"',
    'X-Registry-Auth: hunter2',
    'map[Authorization:[Basic hunter2]]',
    '--engine-env A=hunter2',
  ])('is taken out of %s', (text) => {
    expect(clean(text)).not.toContain('hunter2');
    expect(clean(text)).toContain('[redacted]');
    expect(clean(clean(text))).toBe(clean(text));
  });

  it('a discovery token is taken out of the URLs it is used in', () => {
    expect(clean(`join token://10.0.0.1:3380/v1/${token}`)).not.toContain(token);
    expect(clean(`GET /v1/clusters/${token}`)).not.toContain(token);
  });

  it('what is next to one stays', () => {
    expect(clean('"Env": ["A=b", "KEY=x", "C=d"], "x": "y"')).toBe(
      '"Env": ["A=b", "KEY=[redacted]", "C=d"], "x": "y"',
    );
  });

  it.each([
    '--tlskey=/etc/swarmctl/tls/engine/key.pem --tlscacert=/etc/ca.pem',
    '"token": null',
    '"discoveryToken": "sha256:0123456789ab"',
    '"keyFile": "/root/.ssh/id"',
    'etcd://10.0.0.2:2379/demo',
    'level=info msg="no key was given"',
  ])('%s is none', (text) => {
    expect(clean(text)).toBe(text);
  });
});

describe('what is known to be a secret', () => {
  it('is taken out wherever it is, in every spelling', () => {
    const known = redactor(['pa"ss word', 'pa"ss word and more', 'x']);
    expect(known('said pa"ss word and more, x')).toBe('said [redacted], x');
    expect(known(JSON.stringify({ a: 'pa"ss word' }))).toBe('{"a":"[redacted]"}');
    expect(known(`http://h/${encodeURIComponent('pa"ss word')}`)).toBe('http://h/[redacted]');
  });

  it('is found in the files of a cluster, at any depth: lines of keys, and tokens', async () => {
    const folder = await temporaryFolder();
    const { certificate, privateKey } = await createAuthority('demo CA');
    await mkdir(path.join(folder, 'engines/demo-1'), { recursive: true });
    await writeFile(path.join(folder, 'engines/demo-1/both'), certificate + privateKey);
    // Cut off, as by a full disk.
    await writeFile(path.join(folder, 'cluster.json'), `{"cluster": {"token": "${token}`);
    await symlink('/nowhere', path.join(folder, 'dangling'));
    const known = await secretsBelow(folder);
    expect(known).toContain(token);
    const lines = privateKey.split('\n').filter((line) => line !== '' && !line.startsWith('--'));
    expect(known).toEqual(expect.arrayContaining(lines));
    for (const line of lines) expect(redactor(known)(`a ${line} b`)).toBe('a [redacted] b');
    expect(redactor(known)(certificate)).toBe(certificate);
    expect(await secretsBelow(path.join(folder, 'none'))).toEqual([]);
  });

  it('are values of the environment whose names say so, and logins of proxies', () => {
    expect(
      secretValues(['DB_PASSWORD=a=b', 'MYKEY=k', 'TZ=UTC', 'HTTP_PROXY=http://bob:pw@h:1', 'X']),
    ).toEqual(['a=b', 'k', 'bob:pw', 'pw']);
  });
});
