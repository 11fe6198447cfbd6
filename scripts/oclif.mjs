// What oclif makes of the commands, and whether the committed file is that.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const oclif = fileURLToPath(new URL('bin/run.js', import.meta.resolve('oclif/package.json')));

/**
 * The file that a command of oclif writes for a build of its own, so that it neither needs nor
 * touches dist/.
 *
 * @param {string} file
 * @param {string[]} args
 * @param {string} [before] What is in the file to begin with.
 */
export async function madeByOclif(file, args, before) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'swarmctl-oclif-'));
  try {
    await copyFile(path.join(root, 'package.json'), path.join(folder, 'package.json'));
    await node([path.join(root, 'scripts/build.mjs'), path.join(folder, 'dist')], folder);
    if (before !== undefined) await writeFile(path.join(folder, file), before);
    await node([oclif, ...args], folder);
    return await readFile(path.join(folder, file), 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Writes a committed file; with --check it only says whether it is that already.
 *
 * @param {string} file
 * @param {string} made
 * @param {string} command That writes it.
 */
export async function writeOrCheck(file, made, command) {
  const place = path.join(root, file);
  if (!process.argv.includes('--check')) {
    await writeFile(place, made);
  } else if (made !== (await readFile(place, 'utf8').catch(() => ''))) {
    console.error(`${file} is not what src/ gives: run \`${command}\``);
    process.exitCode = 1;
  }
}

/**
 * @param {string[]} args
 * @param {string} cwd
 */
async function node(args, cwd) {
  const child = spawn(process.execPath, args, {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, OCLIF_SKIP_NEW_VERSION_CHECK: 'true', COLUMNS: '100' },
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
}
