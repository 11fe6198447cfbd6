import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { credentialsFor, registryOf } from '../../../src/engine/registry-auth.ts';
import { calm } from '../support/cluster.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SECRET = 'open sesame: ÿ?>~';
const base64 = (text: string) => Buffer.from(text).toString('base64');

/** A person whose docker CLI has this config, and these helpers on the PATH. */
async function person(config: unknown, helpers: Readonly<Record<string, string>> = {}) {
  const home = await temporaryFolder();
  await mkdir(path.join(home, '.docker'));
  const text = typeof config === 'string' ? config : JSON.stringify(config);
  if (config !== undefined) await writeFile(path.join(home, '.docker/config.json'), text);
  for (const [name, script] of Object.entries(helpers)) {
    const file = path.join(home, `docker-credential-${name}`);
    await writeFile(file, `#!/bin/sh\n${script}\n`);
    await chmod(file, 0o755);
  }
  return { env: { PATH: `${home}:/usr/bin:/bin` } as NodeJS.ProcessEnv, home };
}

/** What an engine would read in the header. */
async function found(image: string, who: Awaited<ReturnType<typeof person>>): Promise<unknown> {
  const header = await credentialsFor(image, who, calm);
  if (header === undefined) return undefined;
  // As Go's base64.URLEncoding has it.
  expect(header).toMatch(/^[\w-]+={0,2}$/);
  expect(header.length % 4).toBe(0);
  return JSON.parse(Buffer.from(header, 'base64url').toString('utf8'));
}

async function reason(image: string, who: Awaited<ReturnType<typeof person>>): Promise<string> {
  return credentialsFor(image, who, calm).then(
    () => 'no failure',
    (error: unknown) => (error as Error).message,
  );
}

describe('the registry of an image', () => {
  it.each([
    ['swarm', 'docker.io'],
    ['swarm:1.2.9', 'docker.io'],
    ['library/swarm@sha256:abc', 'docker.io'],
    ['docker.io/library/swarm', 'docker.io'],
    ['index.docker.io/a/b', 'docker.io'],
    ['quay.io/coreos/etcd:v3', 'quay.io'],
    ['localhost/a', 'localhost'],
    ['registry:5000/a/b:1', 'registry:5000'],
    ['[fd00::1]:5000/a', '[fd00::1]:5000'],
    ['registry:5000', 'docker.io'],
  ])('%s is at %s', (image, registry) => expect(registryOf(image)).toBe(registry));
});

describe('credentials in the config file', () => {
  it('are user and password, which may hold colons and more than ASCII', async () => {
    const who = await person({ auths: { 'r:5000': { auth: base64(`me:${SECRET}`) } } });
    expect(await found('r:5000/a:1', who)).toEqual({
      username: 'me',
      password: SECRET,
      serveraddress: 'r:5000',
    });
    expect(await found('other:5000/a:1', who)).toBeUndefined();
    expect(await found('a:1', who)).toBeUndefined();
  });

  it('are a token where the registry gave one', async () => {
    const who = await person({
      auths: { 'r.example': { auth: base64('me:'), identitytoken: 't' } },
    });
    expect(await found('r.example/a', who)).toEqual({
      identitytoken: 't',
      serveraddress: 'r.example',
    });
  });

  it('of Docker Hub have a key of their own', async () => {
    const hub = 'https://index.docker.io/v1/';
    const who = await person({ auths: { [hub]: { auth: base64('me:x') } } });
    for (const image of ['swarm:1.2.9', 'docker.io/me/app']) {
      expect(await found(image, who)).toMatchObject({ username: 'me', serveraddress: hub });
    }
  });

  it('may be kept under a URL, as older versions did', async () => {
    const who = await person({ auths: { 'https://r.example/v1/': { auth: base64('me:x') } } });
    expect(await found('r.example/a', who)).toMatchObject({ username: 'me' });
  });

  it('are looked for in DOCKER_CONFIG first', async () => {
    const who = await person(undefined);
    const other = await person({ auths: { 'r.example': { auth: base64('me:x') } } });
    const env = { ...who.env, DOCKER_CONFIG: path.join(other.home, '.docker') };
    expect(await found('r.example/a', { ...who, env })).toMatchObject({ username: 'me' });
  });

  it.each([
    ['no file', undefined],
    ['nothing in it', {}],
    ['an entry that a helper left empty', { auths: { 'r.example': {} } }],
    ['null', 'null'],
  ])('there are none with %s', async (_, config) => {
    expect(await found('r.example/a', await person(config))).toBeUndefined();
  });

  it('that is broken is a reason that quotes nothing of it', async () => {
    const who = await person(`{"auths":{"r.example":{"auth":"${base64('me:x')}"}}`);
    expect(await reason('r.example/a', who)).toBe(
      `registry credentials cannot be read: ${who.home}/.docker/config.json is not JSON`,
    );
  });
});

describe('a credential helper', () => {
  const gives = (username: string) =>
    `read server; echo "{\\"ServerURL\\":\\"$server\\",\\"Username\\":\\"${username}\\",\\"Secret\\":\\"of $server $1\\"}"`;

  it('is told the registry on its standard input', async () => {
    const who = await person({ credsStore: 'mine' }, { mine: gives('me') });
    expect(await found('r:5000/a', who)).toEqual({
      username: 'me',
      password: 'of r:5000 get',
      serveraddress: 'r:5000',
    });
    expect(await found('swarm', who)).toMatchObject({
      password: 'of https://index.docker.io/v1/ get',
    });
  });

  it('of a registry comes before that of all, and the file before neither', async () => {
    const config = {
      auths: { 'r.example': { auth: base64('file:x') }, 'f.example': { auth: base64('file:x') } },
      credsStore: 'all',
      credHelpers: { 'r.example': 'one', 'f.example': '' },
    };
    const who = await person(config, { all: gives('all'), one: gives('one') });
    expect(await found('r.example/a', who)).toMatchObject({ username: 'one' });
    expect(await found('s.example/a', who)).toMatchObject({ username: 'all' });
    expect(await found('f.example/a', who)).toMatchObject({ username: 'file' });
  });

  it('may give a token, or nothing', async () => {
    const nothing = 'echo "credentials not found in native keychain"; exit 1';
    const config = { credHelpers: { 't.example': 'token', 'n.example': 'nothing' } };
    const who = await person(config, { token: gives('<token>'), nothing });
    expect(await found('t.example/a', who)).toEqual({
      identitytoken: 'of t.example get',
      serveraddress: 't.example',
    });
    expect(await found('n.example/a', who)).toBeUndefined();
  });

  it.each([
    ['is not installed', undefined, /docker-credential-mine, named in .*config\.json, is not inst/],
    [
      'fails',
      'echo "keychain is locked"; exit 3',
      /docker-credential-mine, .* failed: keychain is/,
    ],
    ['says nothing', 'exit 3', /docker-credential-mine, .* failed: exit code 3$/],
    ['babbles', `echo "${SECRET}"`, /^the credential helper docker-credential-mine gave something/],
  ])('that %s is a reason with its name', async (_, script, words) => {
    const who = await person({ credsStore: 'mine' }, script === undefined ? {} : { mine: script });
    const said = await reason('r.example/a', who);
    expect(said).toMatch(words);
    expect(said).not.toContain(SECRET);
  });

  it('is given up with the command', async () => {
    const who = await person({ credsStore: 'mine' }, { mine: 'exec sleep 60' });
    const controller = new AbortController();
    const why = new Error('interrupted');
    setTimeout(() => controller.abort(why), 100);
    await expect(credentialsFor('r.example/a', who, controller.signal)).rejects.toBe(why);
  });
});
