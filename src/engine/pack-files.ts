import path from 'node:path';
import type { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { extract, pack } from 'tar-stream';

/** A file to place in a container, owned by root. */
export interface FileToPut {
  /** Absolute path inside the container; missing folders are made. */
  readonly path: string;
  readonly text: string;
  /** Permission bits; 0o644 when left out. */
  readonly mode?: number;
}

/** A tar archive of the files, to be unpacked at `/`. */
export async function packFiles(files: readonly FileToPut[]): Promise<Buffer> {
  const archive = pack();
  for (const { path: to, text: content, mode = 0o644 } of files) {
    const name = to.replace(/^\//, '');
    archive.entry({ name, mode, mtime: new Date(), uid: 0, gid: 0 }, content);
  }
  archive.finalize();
  return buffer(archive);
}

/** The texts of the files in a tar archive, by base name. */
export async function unpackFiles(archive: Readable): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for await (const entry of archive.pipe(extract())) {
    files.set(path.basename(entry.header.name), await text(entry));
  }
  return files;
}
