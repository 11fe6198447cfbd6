import { lstat, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { contextFolders, readContext } from '../../../src/engine/docker-context.ts';
import {
  isContextMade,
  leaveContext,
  makeContext,
  removeContext,
  whoseContext,
  whyNoContexts,
  type OwnContext,
} from '../../../src/engine/own-context.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const context: OwnContext = {
  name: 'swarmctl-demo',
  host: 'tcp://127.0.0.1:3376',
  tls: { ca: 'CA', cert: 'CERT', key: 'KEY' },
  description: 'a cluster',
  marks: { made: 'today', by: 'us' },
};

async function files(config: string): Promise<string[]> {
  const entries = await readdir(config, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

describe('a context of ours', () => {
  it('is one that is read as it was made, for its owner alone', async () => {
    const config = path.join(await temporaryFolder(), 'docker');
    expect(await isContextMade(config, context)).toBe(false);
    await makeContext(config, context);
    expect(await isContextMade(config, context)).toBe(true);
    const { host, tls } = context;
    expect(await readContext(config, context.name)).toEqual({ host, tls, skipVerify: false });
    const { meta, tls: keys } = contextFolders(config, context.name);
    expect(JSON.parse(await readFile(path.join(meta, 'meta.json'), 'utf8'))).toEqual({
      Name: 'swarmctl-demo',
      Metadata: { Description: 'a cluster', made: 'today', by: 'us' },
      Endpoints: { docker: { Host: 'tcp://127.0.0.1:3376', SkipTLSVerify: false } },
    });
    expect((await stat(path.join(keys, 'docker/key.pem'))).mode & 0o777).toBe(0o600);
    expect((await stat(path.join(keys, 'docker'))).mode & 0o777).toBe(0o700);
  });

  it.each([
    ['another port', { host: 'tcp://127.0.0.1:3377' }],
    ['another certificate', { tls: { ca: 'CA', cert: 'NEW', key: 'KEY' } }],
    ['no TLS', { tls: undefined }],
  ])('follows %s', async (_, change) => {
    const config = await temporaryFolder();
    await makeContext(config, context);
    const changed = { ...context, ...change };
    expect(await isContextMade(config, changed)).toBe(false);
    await makeContext(config, changed);
    expect(await isContextMade(config, changed)).toBe(true);
    expect(await whoseContext(config, changed)).toBe('ours');
  });

  it.each(['ca.pem', 'cert.pem', 'key.pem', ''])('without its %s is made whole', async (file) => {
    const config = await temporaryFolder();
    await makeContext(config, context);
    const { tls } = contextFolders(config, context.name);
    await rm(path.join(tls, 'docker', file), { recursive: true });
    expect(await isContextMade(config, context)).toBe(false);
    expect(await whoseContext(config, context)).toBe('ours');
    await makeContext(config, context);
    expect(await isContextMade(config, context)).toBe(true);
  });

  it('goes, whole or in part, and no other', async () => {
    const config = await temporaryFolder();
    const other = { ...context, name: 'other' };
    await makeContext(config, other);
    await removeContext(config, context.name);
    await makeContext(config, context);
    const { meta } = contextFolders(config, context.name);
    await writeFile(path.join(meta, 'meta.json.1.tmp'), 'killed');
    await rm(path.join(meta, 'meta.json'));
    await removeContext(config, context.name);
    expect((await files(config)).sort()).toEqual(['ca.pem', 'cert.pem', 'key.pem', 'meta.json']);
    expect(await isContextMade(config, other)).toBe(true);
  });
});

describe('whoseContext', () => {
  it.each([
    [{ made: 'today', by: 'us' }, 'ours'],
    [{ by: 'us' }, 'ours'],
    [{ made: 'yesterday', by: 'us' }, 'foreign'],
    [{ made: 'today', where: 'here' }, 'foreign'],
  ])('by the marks %j is %s', async (marks, whose) => {
    const config = await temporaryFolder();
    await makeContext(config, context);
    expect(await whoseContext(config, { name: context.name, marks })).toBe(whose);
  });

  it.each(['{', 'null', '{}', '{"Metadata":null}', '{"Metadata":{"Description":"mine"}}'])(
    'takes %s for foreign',
    async (text) => {
      const config = await temporaryFolder();
      const { meta } = contextFolders(config, context.name);
      await mkdir(meta, { recursive: true });
      await writeFile(path.join(meta, 'meta.json'), text);
      expect(await whoseContext(config, context)).toBe('foreign');
    },
  );

  it('is nobody where there is none', async () => {
    expect(await whoseContext('/nonexistent', context)).toBe('nobody');
    expect(await whoseContext('/dev/null', context)).toBe('nobody');
  });
});

describe('whyNoContexts', () => {
  it('is nothing where a folder can be made, which it is not', async () => {
    const config = path.join(await temporaryFolder(), 'a/b');
    expect(await whyNoContexts(config)).toBeUndefined();
    await expect(stat(config)).rejects.toThrow('ENOENT');
  });

  it.each(['/dev/null', '/dev/null/docker'])('is a reason in %s', async (config) => {
    // Not even root can make a folder there.
    expect(await whyNoContexts(config)).toMatch(/^E[A-Z]+/);
  });
});

describe('leaveContext', () => {
  async function configWith(settings: unknown): Promise<string> {
    const config = await temporaryFolder();
    const text = typeof settings === 'string' ? settings : JSON.stringify(settings);
    await writeFile(path.join(config, 'config.json'), text, { mode: 0o640 });
    return config;
  }
  const read = async (config: string) =>
    JSON.parse(await readFile(path.join(config, 'config.json'), 'utf8')) as unknown;

  it('chooses the default one and leaves all else as it is, the mode too', async () => {
    const auths = { 'registry.example.org': { auth: 'x' } };
    const config = await configWith({ auths, currentContext: 'swarmctl-demo', psFormat: 'y' });
    expect(await leaveContext(config, 'swarmctl-demo')).toBe(true);
    expect(await read(config)).toEqual({ auths, psFormat: 'y' });
    expect((await stat(path.join(config, 'config.json'))).mode & 0o777).toBe(0o640);
    expect(await readdir(config)).toEqual(['config.json']);
    expect(await leaveContext(config, 'swarmctl-demo')).toBe(false);
  });

  it('follows a link', async () => {
    const config = await temporaryFolder();
    const elsewhere = await configWith({ currentContext: 'swarmctl-demo' });
    await symlink(path.join(elsewhere, 'config.json'), path.join(config, 'config.json'));
    expect(await leaveContext(config, 'swarmctl-demo')).toBe(true);
    expect((await lstat(path.join(config, 'config.json'))).isSymbolicLink()).toBe(true);
    expect(await read(elsewhere)).toEqual({});
  });

  it.each([{ currentContext: 'other' }, {}, 'null', '{', '[]'])(
    'leaves %j alone',
    async (settings) => {
      const config = await configWith(settings);
      const before = await readFile(path.join(config, 'config.json'), 'utf8');
      expect(await leaveContext(config, 'swarmctl-demo')).toBe(false);
      expect(await readFile(path.join(config, 'config.json'), 'utf8')).toBe(before);
    },
  );

  it('has nothing to do where there is no file', async () => {
    expect(await leaveContext('/nonexistent', 'swarmctl-demo')).toBe(false);
  });
});
