import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readArchive } from '../../../src/images/archive.ts';
import { RUNTIME_IMAGE, runsOurNode, writeRuntimeArchive } from '../../../src/images/runtime.ts';
import { calm } from '../support/cluster.ts';
import { fakeEngine } from '../support/fake-engine.ts';
import { supplyWith } from '../support/image-supply.ts';
import { untar } from '../support/image-archive.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

interface Manifest {
  readonly Config: string;
  readonly RepoTags: readonly string[];
  readonly Layers: readonly string[];
}
interface Config {
  readonly architecture: string;
  readonly os: string;
  readonly config: { readonly Env: readonly string[]; readonly Entrypoint: readonly string[] };
  readonly rootfs: { readonly type: string; readonly diff_ids: readonly string[] };
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const ARCHITECTURE = { x64: 'amd64', arm64: 'arm64' }[process.arch as string] ?? process.arch;
const KERNEL = { x64: 'x86_64', arm64: 'aarch64' }[process.arch as string] ?? 'none';

/** What is in a runtime archive, taken apart as an engine would. */
async function takeApart(file: string) {
  const files = await untar(await readFile(file));
  const part = (name: string) => {
    const found = files.get(name);
    if (!found) throw new Error(`the archive has no ${name}`);
    return found.content;
  };
  const [manifest, ...more] = JSON.parse(part('manifest.json').toString()) as Manifest[];
  if (!manifest || more.length > 0) throw new Error('not one image');
  const [layer = ''] = manifest.Layers;
  const configBytes = part(manifest.Config);
  return {
    manifest,
    configBytes,
    config: JSON.parse(configBytes.toString()) as Config,
    layerBytes: part(layer),
    layer: await untar(part(layer)),
  };
}

// Node itself is some hundred megabytes.
describe('an image of the Node that runs here', { timeout: 60_000 }, () => {
  it('is an archive such as docker save makes, of one image with a name', async () => {
    const file = path.join(await temporaryFolder(), 'runtime.tar');
    await writeRuntimeArchive(file);
    expect(await readArchive(file)).toEqual({ file, images: [RUNTIME_IMAGE] });
    expect(RUNTIME_IMAGE).toBe(`swarmctl/node-runtime:${process.versions.node}`);

    const { manifest, config, configBytes, layer, layerBytes } = await takeApart(file);
    expect(manifest.Layers).toHaveLength(1);
    // An engine refuses an image whose layers are not those that its configuration names.
    expect(config.rootfs).toEqual({ type: 'layers', diff_ids: [`sha256:${sha256(layerBytes)}`] });
    expect(manifest.Config).toBe(`${sha256(configBytes)}.json`);
    expect(config).toMatchObject({ os: 'linux', architecture: ARCHITECTURE });

    const node = layer.get('usr/local/bin/node');
    expect(node?.mode).toBe(0o755);
    expect(sha256(node?.content ?? Buffer.alloc(0))).toBe(sha256(await readFile(process.execPath)));
    expect([...layer.keys()].filter((name) => name.startsWith('/') || name.includes('..'))).toEqual(
      [],
    );
    expect([...layer.keys()].every((name) => /node$|\.so/.test(name))).toBe(true);
  });

  it('is the same image each time, for its owner only, and leaves nothing beside it', async () => {
    const folder = await temporaryFolder();
    const [one, other] = ['a.tar', 'b.tar'].map((name) => path.join(folder, name)) as [
      string,
      string,
    ];
    await Promise.all([writeRuntimeArchive(one), writeRuntimeArchive(other)]);
    expect((await takeApart(one)).manifest).toEqual((await takeApart(other)).manifest);
    expect((await readdir(folder)).sort()).toEqual(['a.tar', 'b.tar']);
    expect((await stat(one)).mode & 0o777).toBe(0o600);
  });

  it('runs by what is in it alone', async () => {
    const folder = await temporaryFolder();
    const file = path.join(folder, 'runtime.tar');
    await writeRuntimeArchive(file);
    const { layer, config } = await takeApart(file);
    const root = path.join(folder, 'root');
    for (const [name, { content, mode }] of layer) {
      const to = path.join(root, name);
      await mkdir(path.dirname(to), { recursive: true });
      await writeFile(to, content);
      await chmod(to, mode);
    }
    const loader = [...layer.keys()].find((name) => /\/ld-[^/]*\.so/.test(`/${name}`));
    const libraries =
      config.config.Env.find((each) => each.startsWith('LD_LIBRARY_PATH='))?.split('=')[1] ?? '';
    // A static Node has none. Otherwise its own loader, with its own libraries, as in a container
    // whose root it is.
    const program = path.join(root, 'usr/local/bin/node');
    const within = libraries.split(':').map((each) => path.join(root, each));
    const [command, ...options] =
      loader === undefined
        ? [program]
        : [
            path.join(root, loader),
            ...['--inhibit-cache', '--library-path', within.join(':'), program],
          ];
    const run = promisify(execFile);
    if (loader !== undefined) {
      const { stdout: listed } = await run(command, ['--list', ...options]);
      const found = [...listed.matchAll(/=> (\S+)/g)].map(([, library]) => library);
      expect(found.filter((library) => library?.startsWith(`${root}/`) !== true)).toEqual([]);
    }
    const { stdout } = await run(command, [...options, '--print', '6 * 7']);
    expect(stdout.trim()).toBe('42');
  });

  it('fails with the reason when it cannot be written, and leaves nothing', async () => {
    const folder = await temporaryFolder();
    await expect(writeRuntimeArchive(path.join(folder, 'no', 'runtime.tar'))).rejects.toThrow(
      'ENOENT',
    );
    expect(await readdir(folder)).toEqual([]);
  });

  it('is made once for all hosts that need it, and asks neither engine nor registry', async () => {
    const outer = await fakeEngine({});
    const scratch = await temporaryFolder();
    const supply = supplyWith({ outer: outer.engine, scratch });
    const loaded: Buffer[] = [];
    const hosts = await Promise.all(
      [1, 2].map(() =>
        fakeEngine({
          'POST /images/load': ({ body }) => {
            loaded.push(body);
            return { body: '{"stream":"Loaded"}\n' };
          },
        }),
      ),
    );
    await Promise.all(hosts.map(({ engine }) => supply.bringTo(engine, [RUNTIME_IMAGE], calm)));
    expect(outer.requests).toEqual([]);
    expect(loaded).toHaveLength(2);
    expect(loaded[0]?.equals(loaded[1] ?? Buffer.alloc(0))).toBe(true);
    await supply.dispose();
    expect(await readdir(scratch)).toEqual([]);
  });
});

describe('an engine runs our Node', () => {
  it.each([
    [
      'of this architecture',
      { OSType: 'linux', Architecture: KERNEL },
      process.platform === 'linux',
    ],
    ['of another architecture', { OSType: 'linux', Architecture: 's390x' }, false],
    [
      'of the other common one',
      { OSType: 'linux', Architecture: KERNEL === 'x86_64' ? 'aarch64' : 'x86_64' },
      false,
    ],
    ['of Windows', { OSType: 'windows', Architecture: KERNEL }, false],
    ['that does not say', { OSType: '', Architecture: '' }, false],
  ])('%s', (_, info, will) => {
    expect(runsOurNode(info)).toBe(will);
  });
});
