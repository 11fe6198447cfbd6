import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { pack, type Pack } from 'tar-stream';
import { OURS } from './architecture.ts';

const REPOSITORY = 'swarmctl/node-runtime';

/** Name of the image that `writeRuntimeArchive` makes on this machine. */
export const RUNTIME_IMAGE = `${REPOSITORY}:${process.version.slice(1)}`;

/** Whether an image is made here and pulled nowhere; a cluster made with another Node keeps its name. */
export function isRuntimeImage(image: string): boolean {
  return image.startsWith(`${REPOSITORY}:`);
}

/** Whether an engine of that system and architecture (as in `/info`) can run this machine's Node. */
export function runsOurNode(engine: { readonly OSType: string; readonly Architecture: string }) {
  return (
    process.platform === 'linux' &&
    engine.OSType === 'linux' &&
    OURS?.kernel === engine.Architecture
  );
}

/**
 * Writes a `docker save` archive of an image that holds nothing but the Node that runs this program
 * and the libraries it is linked with. For where the official image cannot be had; nothing is
 * downloaded.
 */
export async function writeRuntimeArchive(file: string, image = RUNTIME_IMAGE): Promise<void> {
  const libraries = await librariesOf(process.execPath);
  const layerFile = `${file}.layer`;
  try {
    await writeTar(layerFile, async (tar) => {
      await addFile(tar, 'usr/local/bin/node', process.execPath);
      for (const library of libraries) await addFile(tar, library.slice(1), library);
    });
    const digest = await sha256(layerFile);
    const config = JSON.stringify({
      architecture: OURS?.image ?? process.arch,
      os: 'linux',
      config: {
        // A loader finds libraries by a cache that the image does not have.
        Env: [
          'PATH=/usr/local/bin',
          `LD_LIBRARY_PATH=${[...new Set(libraries.map((each) => path.dirname(each)))].join(':')}`,
        ],
        Entrypoint: ['node'],
      },
      rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] },
    });
    const configName = `${createHash('sha256').update(config).digest('hex')}.json`;
    await writeTar(file, async (tar) => {
      await addFile(tar, 'layer.tar', layerFile);
      tar.entry({ name: configName }, config);
      tar.entry(
        { name: 'manifest.json' },
        JSON.stringify([{ Config: configName, RepoTags: [image], Layers: ['layer.tar'] }]),
      );
    });
  } finally {
    await rm(layerFile, { force: true });
  }
}

async function writeTar(file: string, fill: (tar: Pack) => Promise<void>): Promise<void> {
  const tar = pack();
  const written = pipeline(tar, createWriteStream(file, { mode: 0o600 }));
  // Whichever fails first says why; the other then only follows.
  written.catch(() => undefined);
  try {
    await fill(tar);
    tar.finalize();
  } catch (error) {
    tar.destroy();
    throw error;
  }
  await written;
}

async function addFile(tar: Pack, name: string, source: string): Promise<void> {
  const { size } = await stat(source);
  // The same content gives the same image.
  const entry = tar.entry({ name, size, mode: 0o755, mtime: new Date(0) });
  await pipeline(createReadStream(source), entry);
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** The libraries that a program is linked with, and its loader, as absolute paths. */
async function librariesOf(program: string): Promise<string[]> {
  const listed = await promisify(execFile)('ldd', [program]).catch((error: unknown) => {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    // A static program brings everything along itself.
    if (/not a dynamic executable|statically linked/.test(stdout + stderr)) return { stdout: '' };
    throw error;
  });
  return listed.stdout
    .split('\n')
    .flatMap((line) => /^\s*(?:\S+ => )?(\/\S+) \(/.exec(line)?.[1] ?? []);
}
