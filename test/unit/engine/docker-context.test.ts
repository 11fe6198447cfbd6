import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readContext } from '../../../src/engine/docker-context.ts';
import { SwarmctlError } from '../../../src/errors.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const idOf = (name: string) => createHash('sha256').update(name).digest('hex');

interface Kept {
  readonly docker?: { readonly Host?: string; readonly SkipTLSVerify?: boolean };
  /** In place of all of meta.json. */
  readonly meta?: string;
  readonly tls?: Readonly<Record<string, string>>;
}

/** A folder of the docker CLI with these contexts. */
async function storeOf(contexts: Record<string, Kept>): Promise<string> {
  const config = await temporaryFolder();
  for (const [name, { docker = {}, meta, tls }] of Object.entries(contexts)) {
    const folder = path.join(config, 'contexts/meta', idOf(name));
    await mkdir(folder, { recursive: true });
    const text = meta ?? JSON.stringify({ Name: name, Endpoints: { docker } });
    await writeFile(path.join(folder, 'meta.json'), text);
    if (!tls) continue;
    const files = path.join(config, 'contexts/tls', idOf(name), 'docker');
    await mkdir(files, { recursive: true });
    for (const [file, content] of Object.entries(tls)) {
      await writeFile(path.join(files, file), content);
    }
  }
  return config;
}

async function failureOf(work: Promise<unknown>): Promise<SwarmctlError> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  if (!(error instanceof SwarmctlError)) throw new Error('no SwarmctlError', { cause: error });
  return error;
}

const pems = { 'ca.pem': 'CA', 'cert.pem': 'CERT', 'key.pem': 'KEY' };

describe('readContext', () => {
  it('has address and certificates', async () => {
    const docker = { Host: 'tcp://10.0.0.9:2376', SkipTLSVerify: false };
    expect(await readContext(await storeOf({ far: { docker, tls: pems } }), 'far')).toEqual({
      host: 'tcp://10.0.0.9:2376',
      tls: { ca: 'CA', cert: 'CERT', key: 'KEY' },
      skipVerify: false,
    });
  });

  it.each(['ssh://me@host:2222', 'unix:///run/other.sock', 'tcp://[fd00::1]:2375'])(
    'returns %s as it is',
    async (Host) => {
      const context = await readContext(await storeOf({ far: { docker: { Host } } }), 'far');
      expect(context).toEqual({ host: Host, skipVerify: false });
    },
  );

  it('says that nothing is to be verified', async () => {
    const docker = { Host: 'tcp://h:2376', SkipTLSVerify: true };
    const context = await readContext(await storeOf({ far: { docker } }), 'far');
    expect(context.skipVerify).toBe(true);
  });

  it('takes the default one, and one without address, for the usual socket', async () => {
    const socket = { host: 'unix:///var/run/docker.sock', skipVerify: false };
    expect(await readContext('/nowhere', 'default')).toEqual(socket);
    expect(await readContext(await storeOf({ bare: {} }), 'bare')).toEqual(socket);
    expect(await readContext(await storeOf({ bare: { meta: '{}' } }), 'bare')).toEqual(socket);
  });

  it('names those that are known, and the one that was meant', async () => {
    const config = await storeOf({ staging: {}, production: {}, broken: { meta: '{' } });
    const error = await failureOf(readContext(config, 'stagign'));
    expect(error.message).toBe('there is no docker context "stagign"');
    expect(error.suggestions).toEqual([
      'did you mean staging?',
      'docker context ls (known are: default, production, staging)',
    ]);
    expect((await failureOf(readContext(config, 'other'))).suggestions).toHaveLength(1);
  });

  it('tells a context that cannot be read from one that does not exist', async () => {
    const config = await storeOf({ broken: { meta: '{"Name"' } });
    const error = await failureOf(readContext(config, 'broken'));
    expect(error.message).toMatch(/^cannot read the docker context "broken" from .*meta\.json: /);
    expect(error.suggestions.join()).toContain('docker context inspect broken');
  });

  it('does not go without TLS where some of its files are missing', async () => {
    const tls = { 'ca.pem': 'CA' };
    const config = await storeOf({ half: { docker: { Host: 'tcp://h:2376' }, tls } });
    const error = await failureOf(readContext(config, 'half'));
    expect(error.message).toMatch(/docker context half .*: cert\.pem and key\.pem missing$/);
  });

  it('nor where they cannot be read', async () => {
    const docker = { Host: 'tcp://h:2376' };
    const config = await storeOf({ shut: { docker, tls: { 'ca.pem': 'CA' } } });
    // Unreadable for root as well.
    await mkdir(path.join(config, 'contexts/tls', idOf('shut'), 'docker/key.pem'));
    expect((await failureOf(readContext(config, 'shut'))).message).toMatch(/EISDIR/);
  });
});
