import { copyFile, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import https from 'node:https';
import path from 'node:path';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { issueCertificate } from '../../../src/pki/index.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { identities, live, until } from './live-service.ts';

const FIXED = '00112233445566778899aabbccddeeff';

describe('the log', () => {
  it('has one line a request, and no token in full', async () => {
    const { ask, lines } = await live({ tokens: [FIXED] });
    const { text: token } = await ask('POST', '/v1/clusters');
    const cut = `${token.slice(0, 6)}…`;
    const asked = [
      await ask('POST', `/v1/clusters/${token}?ttl=9`, { body: 'a:1' }),
      await ask('GET', `/v1/clusters/${token}`),
      await ask('GET', `/clusters/${token}/more`),
      await ask('GET', `/elsewhere/${token}`),
      await ask('GET', `/v1/clusters/${Buffer.from(token).toString('hex').replace(/../g, '%$&')}`),
      await ask('POST', `/v1/clusters/${token}`, { body: 'nonsense' }),
      await ask('DELETE', `/v1/clusters/${token}`),
      await ask('DELETE', `/v1/clusters/${FIXED}`),
    ];
    // The start, the making of the token, and these.
    await until(() => lines.length >= asked.length + 2);
    expect(lines).toHaveLength(asked.length + 2);
    expect(lines.slice(2).map((line) => Number(/ (\d{3}) [\d.]+ ms/.exec(line)?.[1]))).toEqual(
      asked.map(({ status }) => status),
    );
    for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \S/);
    expect(lines.join('\n')).not.toMatch(new RegExp(`${token}|${FIXED}`));
    expect(lines[2]).toContain(` 127.0.0.1 POST /v1/clusters/${cut}`);
    expect(lines.at(-3)).toMatch(/ 400 [\d.]+ ms: an address must/);
  });
});

describe('the folder', () => {
  it('is 0700 and taken by one process, whatever the length of its path', async () => {
    const dataFolder = path.join(await temporaryFolder(), 'long'.repeat(40), 'data');
    const { service } = await live({ dataFolder });
    expect((await stat(dataFolder)).mode & 0o777).toBe(0o700);
    await expect(live({ dataFolder })).rejects.toThrow(`another process serves ${dataFolder}`);
    await service.stop();
    const { ask } = await live({ dataFolder });
    expect((await ask('GET', '/healthz')).status).toBe(200);
  });

  it('that is a file is refused with a sentence', async () => {
    const dataFolder = path.join(await temporaryFolder(), 'file');
    await writeFile(dataFolder, '');
    await expect(live({ dataFolder })).rejects.toThrow(/^cannot use the data folder: /);
  });
});

describe('the token file', () => {
  it.each([
    [[], 'holds no token'],
    [[FIXED, 'short'], 'line 2 of the token file'],
    [[FIXED.toUpperCase()], 'line 1 of the token file'],
    [[`${FIXED}0`], 'line 1 of the token file'],
  ])('%j is refused', async (tokens, problem) => {
    const failure = await live({ tokens }).catch((error: unknown) => String(error));
    expect(failure).toContain(problem);
    expect(failure).not.toMatch(new RegExp(FIXED, 'i'));
  });
});

describe('the certificate', () => {
  it('is read anew when asked for, unless it is unusable', async () => {
    const { service, port, credentials, lines, ask } = await live();
    const { authority } = await identities();
    const file = (name: string) => path.join(credentials, name);
    const serial = () =>
      new Promise<string>((resolve, reject) => {
        const options = { host: '127.0.0.1', port, path: '/healthz', agent: false };
        https
          .get({ ...options, ca: authority.certificate }, (response) => {
            // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- the sockets of an https client are TLS sockets
            resolve((response.socket as TLSSocket).getPeerCertificate().serialNumber);
            response.resume();
          })
          .on('error', reject);
      });
    const before = await serial();
    await mkdir(file('old'));
    await copyFile(file('cert.pem'), file('old/cert.pem'));
    const renewed = await issueCertificate(authority, {
      ...{ commonName: 'renewed', usages: ['server'], names: ['127.0.0.1'] },
    });
    await writeFile(file('cert.pem'), renewed.certificate);
    await service.reload();
    expect(lines.at(-1)).toContain('kept the old certificate');
    expect(await serial()).toBe(before);
    await writeFile(file('key.pem'), renewed.privateKey);
    await service.reload();
    expect(await serial()).not.toBe(before);
    await rm(file('key.pem'));
    await service.reload();
    expect((await ask('GET', '/healthz')).status).toBe(200);
  });
});
