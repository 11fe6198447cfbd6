import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { familiarName, readArchive } from '../../../src/images/archive.ts';
import { savedImages, tarOf } from '../support/image-archive.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function fileWith(content: string | Buffer): Promise<string> {
  const file = path.join(await temporaryFolder(), 'images.tar');
  await writeFile(file, content);
  return file;
}

const manifestOf = (manifest: unknown) => tarOf({ 'manifest.json': JSON.stringify(manifest) });

describe('readArchive', () => {
  it('names the images of an archive', async () => {
    const file = await savedImages('swarm:1.2.9', 'swarm:latest');
    expect(await readArchive(file)).toEqual({ file, images: ['swarm:1.2.9', 'swarm:latest'] });
  });

  it('names those of several, in any order of files, and passes over nameless ones', async () => {
    const manifest = [{ RepoTags: ['a:1'] }, { RepoTags: null }, { RepoTags: ['b:1', 'c:1'] }, {}];
    const file = await fileWith(
      await tarOf({ 'manifest.json': JSON.stringify(manifest), 'layer.tar': 'x'.repeat(2000) }),
    );
    expect((await readArchive(file)).images).toEqual(['a:1', 'b:1', 'c:1']);
  });

  it.each([
    ['without names', [{ RepoTags: null }]],
    ['with an empty list of names', [{ RepoTags: [] }]],
    ['of nothing', []],
  ])('refuses one %s and says how to save', async (_, manifest) => {
    const file = await fileWith(await manifestOf(manifest));
    await expect(readArchive(file)).rejects.toThrow(
      `${file} names no image: save by name (docker save swarm:1.2.9), not by ID`,
    );
  });

  it.each([
    ['another archive', () => tarOf({ 'readme.txt': 'hello' })],
    ['an empty file', () => Promise.resolve('')],
    ['a manifest that is no list', () => manifestOf({ RepoTags: ['a:1'] })],
  ])('refuses %s: no manifest', async (_, content) => {
    const file = await fileWith(await content());
    await expect(readArchive(file)).rejects.toThrow(
      `${file} is not an archive made by docker save: it has no manifest.json`,
    );
  });

  it.each([
    ['a short text', () => Promise.resolve('hello')],
    ['a long text', () => Promise.resolve('hello world. '.repeat(200))],
    ['a manifest that is no JSON', () => tarOf({ 'manifest.json': '[{' })],
    ['a compressed archive', () => Promise.resolve(Buffer.from('1f8b0800'.repeat(200), 'hex'))],
  ])('refuses %s', async (_, content) => {
    const file = await fileWith(await content());
    await expect(readArchive(file)).rejects.toThrow(
      new RegExp(`^${file} is not an archive made by docker save: .+`),
    );
  });

  it('refuses an archive cut off anywhere before its names', async () => {
    const bytes = await readFile(await savedImages('swarm:1.2.9'));
    const manifest = bytes.indexOf('manifest.json');
    for (const length of [100, 512, 700, 512 + 5000, manifest, manifest + 300, manifest + 530]) {
      const file = await fileWith(bytes.subarray(0, length));
      await expect(readArchive(file), String(length)).rejects.toThrow(
        'is not an archive made by docker save',
      );
    }
  });

  it('tells a missing file and a folder apart from a bad archive', async () => {
    const folder = await temporaryFolder();
    const missing = path.join(folder, 'missing.tar');
    await expect(readArchive(missing)).rejects.toThrow(`${missing} does not exist`);
    await expect(readArchive(folder)).rejects.toThrow(`${folder} cannot be read: EISDIR`);
  });
});

describe('familiarName', () => {
  it.each([
    ['swarm', 'swarm:latest'],
    ['swarm:1.2.9', 'swarm:1.2.9'],
    ['docker.io/library/swarm:1.2.9', 'swarm:1.2.9'],
    ['docker.io/dockerswarm/swarm', 'dockerswarm/swarm:latest'],
    ['library/swarm', 'swarm:latest'],
    ['quay.io/coreos/etcd:v3.5.21', 'quay.io/coreos/etcd:v3.5.21'],
    ['localhost:5000/swarm', 'localhost:5000/swarm:latest'],
    ['localhost:5000/library/x:1', 'localhost:5000/library/x:1'],
  ])('of %s is %s', (image, name) => {
    expect(familiarName(image)).toBe(name);
    expect(familiarName(name)).toBe(name);
  });
});
