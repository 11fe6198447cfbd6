import { readFile, readdir, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { Agent } from 'node:https';
import { builtinModules } from 'node:module';
import tls from 'node:tls';
import { describe, expect, it } from 'vitest';
import { issueCertificate } from '../../../src/pki/index.ts';
import { ask as askAt, identities, until } from '../../unit/token-service/live-service.ts';
import { copyOfProgram, flagsFor, run, startProgram } from './program-under-test.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');

describe('the file', () => {
  it('imports nothing but what Node brings', async () => {
    const text = await readFile(await copyOfProgram(), 'utf8');
    const imports = [...text.matchAll(/^\s*import\b[^;]*?"([^"]+)"/gm)].map(([, name]) => name);
    expect(imports.length).toBeGreaterThan(5);
    for (const name of imports) {
      expect(builtinModules).toContain(name?.replace(/^node:/, ''));
    }
  });

  it('knows its version and its flags', async () => {
    const program = await copyOfProgram();
    const { version } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(await run(program, ['--version'])).toEqual({
      ...{ exitCode: 0, stdout: version, stderr: '' },
    });
    const { exitCode, stdout } = await run(program, ['--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('--data-dir DIR');
  });

  it('ends with 2 and a sentence when a flag is wrong, with 1 when it cannot start', async () => {
    const program = await copyOfProgram();
    const { flags, credentials } = await flagsFor();
    const cases = [
      [2, [], /^token-service: --data-dir is missing/],
      [2, [...flags, '--tls-kee=x'], /^token-service: Unknown option '--tls-kee'/],
      [2, [...flags, '--max-nodes=0'], /^token-service: --max-nodes "0" must be a whole number/],
      [2, [...flags, '--listen=3380'], /^token-service: --listen "3380" must look like/],
      [1, [...flags, '--tls-key=/nowhere'], /^token-service: cannot read the key: ENOENT/],
      [
        1,
        [...flags, `--tls-key=${credentials}/cert.pem`],
        /^token-service: the certificate .* and/,
      ],
      [1, [...flags, `--client-ca=${credentials}/key.pem`], /holds no certificate\n?$/],
      [1, [...flags, '--data-dir=/dev/null/data'], /^token-service: cannot use the data folder: /],
    ] as const;
    for (const [code, given, sentence] of cases) {
      const { exitCode, stdout, stderr } = await run(program, given);
      expect([exitCode, stdout, stderr]).toEqual([code, '', expect.stringMatching(sentence)]);
      expect(stderr.split('\n')).toHaveLength(1);
    }
  });

  it('ends with 1 when its port is taken', async () => {
    const program = await copyOfProgram();
    const { port } = await startProgram(program, (await flagsFor()).flags);
    const { flags } = await flagsFor();
    const { exitCode, stderr } = await run(program, [...flags, `--listen=127.0.0.1:${port}`]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`cannot listen on 127.0.0.1:${port}: another process`);
  });

  it('ends with 1 when another process has its folder', async () => {
    const program = await copyOfProgram();
    const { flags, data } = await flagsFor();
    await startProgram(program, flags);
    const { exitCode, stderr } = await run(program, flags);
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringContaining(`another process serves ${data}`),
    ]);
  });
});

describe('a signal', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('%s ends it with 0 and keeps all', async (signal) => {
    const program = await copyOfProgram();
    const { flags } = await flagsFor();
    const first = await startProgram(program, flags);
    const { text: token } = await first.ask('POST', '/v1/clusters');
    await first.ask('POST', `/v1/clusters/${token}`, 'a:1');
    first.send(signal);
    expect(await first.ended()).toMatchObject({ exitCode: 0 });
    expect(first.lines.slice(-2).join('\n')).toMatch(/ stopping\n.* stopped$/);
    const second = await startProgram(program, flags);
    expect((await second.ask('GET', `/v1/clusters/${token}`)).text).toBe('["a:1"]');
  });

  it('SIGTERM ends it within 5 s while connections are idle, silent or half a request', async () => {
    const { flags, data } = await flagsFor();
    const service = await startProgram(await copyOfProgram(), [...flags, '--request-timeout=60']);
    const agent = new Agent({ keepAlive: true });
    await askAt(service.port, 'GET', '/healthz', {}, agent);
    const silent = net.connect(service.port, '127.0.0.1').on('error', () => {});
    const { authority } = await identities();
    const half = tls.connect({ host: '127.0.0.1', port: service.port, ca: authority.certificate });
    half.on('error', () => {}).write('POST /v1/clusters HTTP/1.1\r\nHost: x\r\nContent-Le');
    await new Promise((resolve) => half.once('secureConnect', resolve));
    const start = performance.now();
    service.send('SIGTERM');
    expect(await service.ended()).toMatchObject({ exitCode: 0 });
    expect(performance.now() - start).toBeLessThan(4300);
    expect(service.lines.at(-1)).toMatch(/ stopped$/);
    expect((await readdir(data)).filter((file) => file.startsWith('lock-'))).toEqual([]);
    for (const closable of [agent, silent, half]) closable.destroy();
  });

  it('SIGHUP makes it read the certificate again and goes on', async () => {
    const { flags, credentials } = await flagsFor();
    const service = await startProgram(await copyOfProgram(), flags);
    const { authority } = await identities();
    const renewed = await issueCertificate(authority, {
      ...{ commonName: 'renewed', usages: ['server'], names: ['127.0.0.1', 'renewed.example'] },
    });
    await writeFile(path.join(credentials, 'cert.pem'), renewed.certificate);
    service.send('SIGHUP');
    await until(() => service.lines.some((line) => line.includes('kept the old certificate')));
    await writeFile(path.join(credentials, 'key.pem'), renewed.privateKey);
    service.send('SIGHUP');
    await until(() => service.lines.some((line) => line.includes('DNS:renewed.example')));
    expect((await service.ask('GET', '/healthz')).status).toBe(200);
  });

  it('SIGSTOP for longer than a TTL costs no node', async () => {
    const { flags } = await flagsFor();
    const service = await startProgram(await copyOfProgram(), flags);
    const { text: token } = await service.ask('POST', '/v1/clusters');
    await service.ask('POST', `/v1/clusters/${token}?ttl=4`, 'a:1');
    service.send('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 5000));
    service.send('SIGCONT');
    expect((await service.ask('GET', `/v1/clusters/${token}`)).text).toBe('["a:1"]');
    await until(() => service.lines.some((line) => line.includes('expired a:1')));
  });
});
