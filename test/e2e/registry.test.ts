import { setMaxListeners } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../src/engine/engine.ts';
import { parseEndpoint } from '../../src/engine/resolve-endpoint.ts';
import { credentialsFor } from '../../src/engine/registry-auth.ts';
import { readArchive } from '../../src/images/archive.ts';
import { missingImages } from '../../src/images/missing-images.ts';
import { ImageSupply, type SupplyOptions } from '../../src/images/supply.ts';
import { fatalWay, RegistryPlace, type PullingHost } from '../helpers/registry-place.ts';
import { sandbox } from '../helpers/settings.ts';
import { IMAGE_DEADLINE, SshPlace } from '../helpers/ssh-place.ts';
import { startRegistry, USER, type Registry } from '../sandbox/registry.mjs';

const { signal } = new AbortController();
setMaxListeners(0, signal);

const MB = 1_000_000;
const BIG = 'swarmctl-registry-test/big:1';
const pulls = { pulls: true };

let ssh: SshPlace;
let place: RegistryPlace;
/** Plain; and with TLS of its own and a password. Both have the same images. */
let open: Registry;
let locked: Registry;
let hosts: PullingHost[];
/** Of these the first has `open` as its mirror; the last trusts nobody. */
let [mirrored, usual, strict]: PullingHost[] = [];
let local: Engine;

beforeAll(async () => {
  ssh = await SshPlace.open();
  const servers = await Promise.all([1, 2, 3].map(() => ssh.start()));
  place = await RegistryPlace.open(ssh);
  await place.makeImage(BIG, 100 * MB);
  await place.fill(
    { image: sandbox.sleeperImage(), as: 'app:1' },
    { image: sandbox.sleeperImage(), as: 'library/swarmctl-mirrored:1' },
    { image: BIG, as: 'big:1' },
  );
  const [first] = servers;
  if (!first) throw new Error('no server');
  const address = await place.addressFor(first);
  open = await place.registry(address, {});
  locked = await place.registry(address, { tls: true, locked: true });
  const insecure = { 'insecure-registries': [open.name] };
  const mirror = { ...insecure, 'registry-mirrors': [`http://${open.name}`] };
  hosts = await Promise.all(
    servers.map((host, index) =>
      place.reach(host, [mirror, insecure, {}][index] ?? {}, index < 2 ? [locked] : []),
    ),
  );
  [mirrored, usual, strict] = hosts;
  local = new Engine(parseEndpoint(sandbox.engine()));
}, IMAGE_DEADLINE);

afterAll(async () => {
  local.close();
  await place.close();
  await ssh.close();
});

function hostOf(host: PullingHost | undefined): PullingHost {
  if (!host) throw new Error('it did not come up');
  return host;
}

/** A person with such a config of the docker CLI. */
async function person(config: object, helper = '') {
  const home = path.join(place.folder, `home-${Math.random().toString(36).slice(2)}`);
  await mkdir(path.join(home, '.docker'), { recursive: true });
  await writeFile(path.join(home, '.docker/config.json'), JSON.stringify(config));
  await writeFile(path.join(home, 'docker-credential-tests'), helper);
  await chmod(path.join(home, 'docker-credential-tests'), 0o755);
  const env = { PATH: `${home}:/usr/bin:/bin` } as NodeJS.ProcessEnv;
  return (image: string) => credentialsFor(image, { env, home }, signal);
}

function supplyWith(options: Partial<SupplyOptions> = {}): ImageSupply {
  const auth = () => Promise.resolve(undefined);
  return new ImageSupply({ outer: undefined, archives: [], auth, signal, ...options });
}

const loggedIn = (password: string) => ({
  auths: { [locked.name]: { auth: Buffer.from(`${USER.name}:${password}`).toString('base64') } },
});

describe('an image in a registry', () => {
  it('is pulled by the engine of the host, and not when it is present', async () => {
    const { engine } = hostOf(usual);
    const image = `${open.name}/app:1`;
    const supply = supplyWith();
    expect(await supply.bringTo(engine, [image], signal, pulls)).toEqual([image]);
    expect(await engine.findImage(image, signal)).toBeDefined();
    const before = open.requests();
    expect(before.join()).toContain('GET /v2/app/blobs/');
    expect(await supply.bringTo(engine, [image], signal, pulls)).toEqual([]);
    expect(await missingImages(supply, [{ name: 'h', engine }], [image], signal)).toEqual([]);
    expect(open.requests()).toEqual(before);
  });

  it('is removed by name when nothing uses it', async () => {
    const { engine, host } = hostOf(usual);
    const image = `${open.name}/app:1`;
    await supplyWith().bringTo(engine, [image], signal, pulls);
    await host.exec('docker', 'create', '--name', 'user', image, 'sleep', '1');
    expect(await engine.removeImage(image, signal)).toBe(false);
    await host.exec('docker', 'rm', 'user');
    expect(await engine.removeImage(image, signal)).toBe(true);
    expect(await engine.removeImage(image, signal)).toBe(false);
    expect(await host.exec('docker', 'images', '--quiet')).toBe('');
  });

  it('of Docker Hub comes from the mirror of the engine', async () => {
    const { engine } = hostOf(mirrored);
    const image = 'swarmctl-mirrored:1';
    const supply = supplyWith();
    expect(await missingImages(supply, [{ name: 'h', engine }], [image], signal)).toEqual([]);
    expect(await supply.bringTo(engine, [image], signal, pulls)).toEqual([image]);
    expect(open.requests().join()).toContain('/v2/library/swarmctl-mirrored/blobs/');
  });

  it('whose registry dies half-way is an error, and comes at the second try', async () => {
    const dying = await place.registry(open.name.replace(/:.*/, ''), {});
    const way = await fatalWay(dying, 20 * MB);
    const { host, engine } = hostOf(usual);
    try {
      const daemon = {
        'insecure-registries': [open.name, way.name],
        // Otherwise it goes on trying for a minute and a half.
        'max-download-attempts': 1,
      };
      await host.exec('systemctl', 'reset-failed', 'docker');
      await place.setUp(host, daemon);
      const image = `${way.name}/big:1`;
      const supply = supplyWith();
      await expect(supply.bringTo(engine, [image], signal, pulls)).rejects.toMatchObject({
        code: 'IMAGE',
        message: expect.stringMatching(
          /^image \S+ cannot be had: pulling it failed: .*; this machine has no copy of it$/,
        ) as string,
      });
      expect(await engine.findImage(image, signal)).toBeUndefined();
      await place.registry(dying.name.replace(/:.*/, ''), { port: portOf(dying) });
      expect(await supply.bringTo(engine, [image], signal, pulls)).toEqual([image]);
      expect(await engine.removeImage(image, signal)).toBe(true);
    } finally {
      await way.close();
    }
  });
});

const portOf = ({ name }: Registry) => Number(name.replace(/.*:/, ''));

describe('a registry with TLS and a password', () => {
  const image = () => `${locked.name}/app:1`;

  async function expectPulled(auth: SupplyOptions['auth']) {
    const { engine } = hostOf(usual);
    const supply = supplyWith({ auth });
    expect(await missingImages(supply, [{ name: 'h', engine }], [image()], signal)).toEqual([]);
    expect(await supply.bringTo(engine, [image()], signal, pulls)).toEqual([image()]);
    expect(await engine.removeImage(image(), signal)).toBe(true);
  }

  it('takes what docker login wrote', async () => {
    await expectPulled(await person(loggedIn(USER.password)));
  });

  it('takes what a credential helper gives', async () => {
    const answer = JSON.stringify({ Username: USER.name, Secret: USER.password });
    const script = `#!/bin/sh\n[ "$(cat)" = ${locked.name} ] || exit 1\necho '${answer}'\n`;
    await expectPulled(await person({ credsStore: 'tests' }, script));
  });

  it('lets the engine of local hosts in as well', async () => {
    const near = await startRegistry({ folder: place.folder, address: '127.0.0.1', locked: true });
    const name = `${near.name}/app:1`;
    const auth = await person({
      auths: { [near.name]: { auth: btoa(`${USER.name}:${USER.password}`) } },
    });
    try {
      await expect(supplyWith({ outer: local }).bringToOuter(name, signal)).rejects.toThrow(
        'no basic auth credentials',
      );
      await supplyWith({ outer: local, auth }).bringToOuter(name, signal);
      expect(await local.removeImage(name, signal)).toBe(true);
    } finally {
      await near.kill();
    }
  });

  it.each([
    ['a wrong password', () => person(loggedIn('wrong')), /unauthorized|authentication/],
    ['no password', () => person({}), /no basic auth|unauthorized|authentication/],
    [
      'a helper that fails',
      () => person({ credsStore: 'tests' }, '#!/bin/sh\necho keychain is locked\nexit 1\n'),
      /docker-credential-tests, named in .*config.json, failed: keychain is locked/,
    ],
    [
      'a helper that is missing',
      () => person({ credsStore: 'none' }),
      /docker-credential-none, named in .*config.json, is not installed/,
    ],
  ])('refuses %s, before and when pulling', async (_, find, words) => {
    const { engine } = hostOf(usual);
    const supply = supplyWith({ auth: await find() });
    const found = await missingImages(supply, [{ name: 'h', engine }], [image()], signal);
    expect(found).toMatchObject([{ host: 'h', image: image() }]);
    expect(found[0]?.problem).toMatch(words);
    expect(found[0]?.fix).toContain(`docker login ${locked.name}`);
    const error = await supply.bringTo(engine, [image()], signal, pulls).catch((e: unknown) => e);
    expect((error as Error).message).toMatch(words);
    expect(JSON.stringify([found, (error as Error).message])).not.toContain(USER.password);
  });
});

describe('before anything is changed', () => {
  it('all images that hosts will lack are told at once, with what their engines say', async () => {
    const named = hosts.map(({ engine }, index) => ({ name: `h${index}`, engine }));
    const [there, gone, hub] = [`${open.name}/app:1`, `${open.name}/gone:1`, 'swarmctl-none:1'];
    const nowhere = 'registry.invalid:5000/a:1';
    const found = await missingImages(supplyWith(), named, [there, gone, hub, nowhere], signal);
    expect(found.map(({ host, image }) => `${host} ${image}`)).toEqual([
      `h0 ${gone}`,
      // Its mirror does not have it; whether Docker Hub does only a pull tells.
      `h0 ${nowhere}`,
      ...[gone, hub, nowhere].map((image) => `h1 ${image}`),
      // An engine that wants TLS.
      ...[there, gone, hub, nowhere].map((image) => `h2 ${image}`),
    ]);
    const of = (host: string, image: string) =>
      found.find((each) => each.host === host && each.image === image)?.problem;
    expect(of('h1', gone)).toMatch(/manifest unknown|not found/);
    expect(of('h1', nowhere)).toMatch(/lookup|dial/);
    expect(of('h2', there)).toContain('HTTP response to HTTPS client');
  });

  it('what an engine cannot get as it is set up now is left to the pull', async () => {
    const { engine } = hostOf(strict);
    const unsettled = { name: 'h', engine, unsettled: true };
    expect(await missingImages(supplyWith(), [unsettled], [`${open.name}/app:1`], signal)).toEqual(
      [],
    );
  });

  it('a certificate that an engine does not trust is told', async () => {
    const { engine } = hostOf(strict);
    const auth = await person(loggedIn(USER.password));
    const image = `${locked.name}/app:1`;
    const found = await missingImages(
      supplyWith({ auth }),
      [{ name: 'h', engine }],
      [image],
      signal,
    );
    expect(found[0]?.problem).toContain('x509');
  });
});

describe('without a registry', () => {
  it("this machine's copy is loaded, when there is one", async () => {
    const { engine } = hostOf(strict);
    const image = 'registry.invalid:5000/swarmctl-copied:1';
    await place.docker(['tag', sandbox.sleeperImage(), image]);
    const supply = supplyWith({ here: () => Promise.resolve(new Engine(local.endpoint)) });
    try {
      expect(await missingImages(supply, [{ name: 'h', engine }], [image], signal)).toEqual([]);
      expect(await supply.bringTo(engine, [image], signal, pulls)).toEqual([image]);
    } finally {
      await supply.dispose();
      await place.docker(['rmi', image]);
    }
    expect(await engine.removeImage(image, signal)).toBe(true);
  });

  it('an archive is streamed to all hosts at once', async () => {
    const file = path.join(place.folder, 'big.tar');
    await place.docker(['save', '--output', file, BIG]);
    const supply = supplyWith({ archives: [await readArchive(file)] });
    const before = open.requests().length;
    const brought = await Promise.all(
      hosts.map(({ engine }) => supply.bringTo(engine, [BIG], signal, pulls)),
    );
    expect(brought).toEqual(hosts.map(() => [BIG]));
    for (const { engine } of hosts) expect(await engine.removeImage(BIG, signal)).toBe(true);
    expect(open.requests()).toHaveLength(before);
  });
});
