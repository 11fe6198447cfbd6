// What of other people's work is in a bundle, with their licenses, which ask to go along with it.
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';

const LICENSE = /^(licen[cs]e|copying|notice)/i;
const LINE = '-'.repeat(80);

/**
 * @param {string} root Folder that the bundles' inputs are named from.
 * @param {import('esbuild').Metafile[]} bundles
 */
export async function sayThirdParty(root, bundles) {
  const inputs = bundles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap((output) => Object.entries(output.inputs)),
  );
  const folders = new Set(
    inputs.flatMap(([file, { bytesInOutput }]) => {
      const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
      return folder !== undefined && bytesInOutput > 0 ? [path.resolve(root, folder)] : [];
    }),
  );
  const texts = await Promise.all([...folders].map(sayPackage));
  return ['swarmctl contains these packages.\n', ...[...new Set(texts)].sort()].join(`\n${LINE}\n`);
}

/** @param {string} folder */
async function sayPackage(folder) {
  const { name, version, license } = JSON.parse(
    await readFile(path.join(folder, 'package.json'), 'utf8'),
  );
  const files = (await readdir(folder)).filter((file) => LICENSE.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')));
  return [`${name}@${version} (${license})\n`, ...texts.map((text) => `${text.trim()}\n`)].join(
    '\n',
  );
}
