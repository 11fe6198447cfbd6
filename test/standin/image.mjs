// Makes an image of the stand-in out of what any machine that runs the tests has: its own node
// binary with the libraries it needs, and the bundled program. Nothing is downloaded.
import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const BLOCK = 512;

/**
 * @typedef {(args: string[], options?: { input?: Readable }) => Promise<string>} RunDocker
 * @typedef {{ name: string, source: string, mode: number }} Entry
 */

/**
 * Imports the image under `tag` and answers its ID.
 * @param {{ docker: RunDocker, bundle: string, tag: string }} options
 */
export async function buildStandinImage({ docker, bundle, tag }) {
  const libraries = await listLibraries(process.execPath);
  const directories = [...new Set(libraries.map((file) => path.posix.dirname(file)))];
  const changes = [
    'ENTRYPOINT ["/node", "/swarm-standin.mjs"]',
    'CMD ["--help"]',
    'LABEL io.swarmctl.stand-in=true',
    'ENV SWARM_HOST=:2375',
    // A loader finds libraries by a cache that the image does not have.
    ...(directories.length > 0 ? [`ENV LD_LIBRARY_PATH=${directories.join(':')}`] : []),
    'EXPOSE 2375',
  ];
  const entries = [
    { name: 'node', source: process.execPath, mode: 0o755 },
    ...libraries.map((file) => ({ name: file.slice(1), source: file, mode: 0o755 })),
    { name: 'swarm-standin.mjs', source: bundle, mode: 0o644 },
  ];
  const options = changes.flatMap((change) => ['--change', change]);
  const output = await docker(['import', ...options, '-', tag], {
    input: Readable.from(writeTar(entries)),
  });
  return output.trim();
}

/**
 * Bundles the program into the one file the image runs.
 * @param {string} outfile
 */
export async function bundleStandin(outfile) {
  const { build } = await import('esbuild');
  await build({
    entryPoints: [fileURLToPath(new URL('main.ts', import.meta.url))],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  });
}

/**
 * The libraries a program is linked with and the loader, as absolute paths.
 * @param {string} program
 */
async function listLibraries(program) {
  /** @type {string} */
  let output;
  try {
    output = (await promisify(execFile)('ldd', [program])).stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = /** @type {{ stdout?: string, stderr?: string }} */ (
      error
    );
    // A static program brings everything along itself.
    if (/not a dynamic executable|statically linked/.test(stdout + stderr)) return [];
    throw error;
  }
  return output
    .split('\n')
    .map((line) => /^\s*(?:\S+ => )?(\/\S+) \(/.exec(line)?.[1] ?? '')
    .filter((file) => file !== '');
}

/** @param {Entry[]} entries */
async function* writeTar(entries) {
  for (const { name, source, mode } of entries) {
    const { size } = await stat(source);
    yield tarHeader(name, size, mode);
    yield* createReadStream(source);
    yield Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
  }
  yield Buffer.alloc(2 * BLOCK);
}

/**
 * @param {string} name
 * @param {number} size
 * @param {number} mode
 */
function tarHeader(name, size, mode) {
  if (name.length > 100) throw new Error(`${name}: too long a path for a tar header`);
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0);
  header.write(octal(mode, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(size, 12), 124);
  header.write(octal(0, 12), 136);
  header.write(' '.repeat(8), 148);
  header.write('0', 156);
  header.write('ustar\0' + '00', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/**
 * @param {number} value
 * @param {number} width
 */
function octal(value, width) {
  return `${value.toString(8).padStart(width - 1, '0')}\0`;
}
