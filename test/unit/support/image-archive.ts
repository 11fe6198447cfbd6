import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { extract, pack } from 'tar-stream';
import { temporaryFolder } from './temporary-folder.ts';

/** The bytes of a tar archive with these files. */
export async function tarOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, text] of Object.entries(files)) archive.entry({ name }, text);
  archive.finalize();
  return buffer(archive);
}

/** The files of a tar archive by their names. */
export async function untar(
  archive: Buffer,
): Promise<Map<string, { readonly content: Buffer; readonly mode: number }>> {
  const files = new Map<string, { content: Buffer; mode: number }>();
  const unpack = extract();
  unpack.end(archive);
  for await (const entry of unpack) {
    files.set(entry.header.name, { content: await buffer(entry), mode: entry.header.mode });
  }
  return files;
}

/** A file with what `docker save` would write of these images, and a name each. */
export async function savedImages(...names: string[]): Promise<string> {
  const manifest = JSON.stringify([{ Config: 'c.json', RepoTags: names, Layers: ['l/layer.tar'] }]);
  const bytes = await tarOf({
    'l/layer.tar': 'x'.repeat(5000),
    'c.json': '{}',
    'manifest.json': manifest,
  });
  const file = path.join(await temporaryFolder(), 'images.tar');
  await writeFile(file, bytes);
  return file;
}
