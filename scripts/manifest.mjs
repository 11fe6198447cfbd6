// Writes oclif.manifest.json, from which oclif knows the commands without loading them. With
// --check it only says whether the committed one is what src/ gives.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const file = path.join(root, 'oclif.manifest.json');
const oclif = fileURLToPath(new URL('bin/run.js', import.meta.resolve('oclif/package.json')));

const made = await makeManifest();
if (!process.argv.includes('--check')) {
  await writeFile(file, made);
} else if (made !== (await readFile(file, 'utf8').catch(() => ''))) {
  console.error('oclif.manifest.json is not what src/ gives: run `npm run manifest`');
  process.exitCode = 1;
}

/** The manifest of a build of its own, so that it neither needs nor touches dist/. */
async function makeManifest() {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'swarmctl-manifest-'));
  try {
    await copyFile(path.join(root, 'package.json'), path.join(folder, 'package.json'));
    await node([path.join(root, 'scripts/build.mjs'), path.join(folder, 'dist')], folder);
    await node([oclif, 'manifest', folder], folder);
    const manifest = JSON.parse(await readFile(path.join(folder, 'oclif.manifest.json'), 'utf8'));
    const commands = Object.entries(manifest.commands).sort(([a], [b]) => (a < b ? -1 : 1));
    return `${JSON.stringify({ ...manifest, commands: Object.fromEntries(commands) }, null, 2)}\n`;
  } finally {
    await rm(folder, { recursive: true, force: true });
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
    env: { ...process.env, OCLIF_SKIP_NEW_VERSION_CHECK: 'true' },
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
}
