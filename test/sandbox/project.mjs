import { stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { must } from './exec.mjs';

/** The checkout. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/**
 * @param {readonly string[]} args
 * @param {import('./exec.mjs').RunOptions} [options]
 */
async function npm(args, options) {
  const script = process.env.npm_execpath;
  const [command, first] = script?.endsWith('.js') ? [process.execPath, [script]] : ['npm', []];
  await must(command, [...first, ...args], { cwd: ROOT, ...options });
}

/** Installs node_modules where they are missing or older than the lock file. */
export async function ensureNodeModules() {
  const [installed, locked] = await Promise.all([
    age('node_modules/.package-lock.json'),
    age('package-lock.json'),
  ]);
  if (installed < locked) await npm(['ci', '--no-audit', '--no-fund']);
}

/**
 * @param {string} name A script of package.json.
 * @param {{ visible?: boolean }} [options]
 */
export async function npmRun(name, options) {
  await npm(['run', '--silent', name], options);
}

/** @param {string} file */
async function age(file) {
  return stat(path.join(ROOT, file)).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
