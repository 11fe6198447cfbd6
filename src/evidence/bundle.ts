import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { packFiles } from '../engine/pack-files.ts';
import { isTaken, writeNewFile } from '../util/new-file.ts';
import type { Collection, Gap } from './collection.ts';

/** What no bundle has in it: for whoever passes one on. */
const LEFT_OUT = [
  'private keys',
  'discovery tokens',
  'passwords in URLs',
  'registry credentials',
  'values of variables named like secrets',
];

/** What is in a bundle that was written. */
export interface Bundle {
  readonly file: string;
  readonly bytes: number;
  /** Paths within it. */
  readonly contents: string[];
  /** Kinds of things that no bundle has in it. */
  readonly leftOut: string[];
  /** What could not be had. */
  readonly problems: Gap[];
}

/** `swarmctl-support-NAME-20261123T161207Z`. */
export function bundleName(cluster: string, now = new Date()): string {
  const stamp = now.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return `swarmctl-support-${cluster}-${stamp}`;
}

/** The same in a folder, under the cluster's name and the time; with a number where one is there. */
export async function writeBundleIn(
  folder: string,
  cluster: string,
  gathered: Collection,
): Promise<Bundle> {
  const base = bundleName(cluster);
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base : `${base}-${number}`;
    try {
      return await writeBundle(path.join(folder, `${name}.tar.gz`), name, gathered);
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
  }
}

/**
 * Writes what was gathered as a `.tar.gz`, 0600, below one folder; never over a file that is there.
 */
export async function writeBundle(
  file: string,
  folder: string,
  gathered: Collection,
): Promise<Bundle> {
  // What still arrives is too late.
  const files = new Map([...gathered.files].sort(([a], [b]) => (a < b ? -1 : 1)));
  const problems = [...gathered.gaps];
  if (problems.length > 0) files.set('problems.txt', problems.map(sayGap).join(''));
  files.set('README.txt', readme(folder, [...files.keys()]));
  const archive = await packFiles(
    [...files].map(([inside, text]) => ({ path: `${folder}/${inside}`, text, mode: 0o600 })),
  );
  const packed = await promisify(gzip)(archive);
  await writeNewFile(file, packed);
  return {
    file,
    bytes: packed.length,
    contents: [...files.keys()].sort(),
    leftOut: LEFT_OUT,
    problems,
  };
}

function sayGap({ host, what, reason }: Gap): string {
  return `${host === null ? '' : `${host}: `}${what}: ${reason.trimEnd()}\n`;
}

function readme(folder: string, contents: readonly string[]): string {
  return [
    folder,
    '',
    'What a cluster made by swarmctl, its hosts and this machine said of themselves.',
    `Left out: ${LEFT_OUT.join(', ')}. Names and addresses of hosts are in it.`,
    '',
    ...contents.map((inside) => `  ${inside}`),
    '',
  ].join('\n');
}
