import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PemFiles } from '../../../src/actions/read-pem-files.ts';
import { makeToken, removeToken, showToken } from '../../../src/actions/tokens.ts';
import { validateJson, type Documented } from '../../helpers/schemas.ts';
import { heldBy, recordAt, recordOf, TOKEN } from '../support/cluster.ts';
import { closedPort } from '../stores/support.ts';
import { identities, live } from '../token-service/live-service.ts';
import { machine } from './support.ts';

const noFiles: PemFiles = {};

/** A service where those with a certificate may make and remove tokens, and one is there for ever. */
async function serviceAndMachine() {
  const service = await live({ clientCa: true, tokens: [TOKEN] });
  const { client } = await identities();
  const ca = path.join(service.credentials, 'ca.pem');
  const files = {
    ca,
    cert: path.join(service.credentials, 'client.pem'),
    key: path.join(service.credentials, 'client-key.pem'),
  };
  await writeFile(files.cert, client.certificate);
  await writeFile(files.key, client.privateKey);
  const { context } = await machine();
  const at = `127.0.0.1:${service.port}/v1`;
  const register = (token: string, address: string) =>
    service.ask('POST', `/v1/clusters/${token}?ttl=60`, {
      body: address,
    });
  return { service, context, at, files, caOnly: { ca }, register };
}

function promised(command: Documented, result: unknown): string[] {
  return validateJson(command, { ok: true, result, warnings: [] });
}

describe('a token at a service that is given', () => {
  it.each(['token', 'https'])('%s://… is made, shown and removed as promised', async (scheme) => {
    const { context, at, files, caOnly, register } = await serviceAndMachine();
    const given = { cluster: undefined, service: `${scheme}://${at}` };
    const made = await makeToken(given, files, context);
    expect(promised('token-create', made)).toEqual([]);
    expect(made.url).toMatch(new RegExp(`^token://${at}/[0-9a-f]{32}$`));

    expect(await showToken(made.url, caOnly, context)).toEqual({ ...made, members: [] });
    const token = made.url.split('/').at(-1) ?? '';
    await register(token, '10.0.0.4:2376');
    await register(token, '10.0.0.3:2376');
    const shown = await showToken(made.url, caOnly, context);
    expect(shown.members).toEqual(['10.0.0.3:2376', '10.0.0.4:2376']);
    expect(promised('token-show', shown)).toEqual([]);

    const removed = await removeToken(made.url, files, context);
    expect(removed).toEqual(made);
    expect(promised('token-rm', removed)).toEqual([]);
    await expect(showToken(made.url, caOnly, context)).rejects.toMatchObject({
      code: 'DISCOVERY',
      message: expect.stringContaining('the token is not known there') as string,
    });
  });

  it('is neither made nor removed without a certificate, and what to give is said', async () => {
    const { context, at, caOnly } = await serviceAndMachine();
    const refused = { code: 'DISCOVERY', suggestions: [expect.stringContaining('--cert')] };
    const given = { cluster: undefined, service: `token://${at}` };
    await expect(makeToken(given, caOnly, context)).rejects.toMatchObject(refused);
    const url = `token://${at}/${TOKEN}`;
    await expect(removeToken(url, caOnly, context)).rejects.toMatchObject(refused);
    expect((await showToken(url, caOnly, context)).members).toEqual([]);
  });

  it('is not removed when the service was started with it', async () => {
    const { context, at, files } = await serviceAndMachine();
    await expect(removeToken(`token://${at}/${TOKEN}`, files, context)).rejects.toMatchObject({
      code: 'DISCOVERY',
    });
  });

  it('cannot be had where nobody answers, or whose certificate is not trusted', async () => {
    const { context, at } = await serviceAndMachine();
    const nobody = `token://127.0.0.1:${await closedPort()}/v1/${TOKEN}`;
    await expect(showToken(nobody, noFiles, context)).rejects.toMatchObject({ code: 'DISCOVERY' });
    const error: unknown = await showToken(`token://${at}/${TOKEN}`, noFiles, context).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: 'DISCOVERY' });
    expect((error as Error).message).not.toContain(TOKEN);
  });

  it.each([
    ['token://a:1/v1', 'does not look like token://host:port/v1/TOKEN'],
    [`etcd://a:1/${TOKEN}`, 'does not look like token://host:port/v1/TOKEN'],
    [`token://${TOKEN}`, 'neither an IP address nor a DNS name'],
    [`token://a:b/v1/${TOKEN}`, 'HOST:PORT'],
  ])('of the form %s is refused', async (url, words) => {
    const { context } = await machine();
    const refused = { code: 'USAGE', message: expect.stringContaining(words) as string };
    await expect(showToken(url, noFiles, context)).rejects.toMatchObject(refused);
    await expect(removeToken(url, noFiles, context)).rejects.toMatchObject(refused);
  });
});

describe('a token of a cluster', () => {
  it('there is none of one with another discovery', async () => {
    const { home, context, outer } = await machine();
    await home.cluster('demo').writeRecord(recordAt(outer.engine.url));
    const refused = {
      code: 'USAGE',
      message: 'cluster demo has etcd discovery, and so no token',
    };
    await expect(showToken('demo', noFiles, context)).rejects.toMatchObject(refused);
    await expect(
      makeToken({ cluster: undefined, service: undefined }, noFiles, context),
    ).rejects.toMatchObject(refused);
  });

  it('at a service that exists is shown, and others are made there', async () => {
    const { service, at, files, register } = await serviceAndMachine();
    const { home, context, outer } = await machine();
    const { authority, client } = await identities();
    const record = recordOf({
      discovery: `token://${at}`,
      discoveryToken: TOKEN,
      discoveryTls: { ca: 'public', cert: 'public', key: 'public' },
    });
    const folder = home.cluster('demo');
    await folder.writeRecord(heldBy(record, outer.engine.url));
    await folder.write('discovery/ca.pem', authority.certificate);
    await folder.write('discovery/cert.pem', client.certificate);
    await folder.write('discovery/key.pem', client.privateKey);
    await register(TOKEN, '10.117.0.3:2376');
    expect(await showToken(undefined, noFiles, context)).toEqual({
      url: `token://${at}/${TOKEN}`,
      members: ['10.117.0.3:2376'],
    });
    const { url } = await makeToken({ cluster: 'demo', service: undefined }, noFiles, context);
    expect(url).not.toContain(TOKEN);
    expect((await showToken(url, files, context)).members).toEqual([]);
    expect(service.lines.join()).toContain('POST /v1/clusters 200');
  });
});
