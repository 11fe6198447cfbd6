import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SwarmctlError, reasonOf } from '../errors.ts';
import { readTemplate } from '../util/template.ts';

type CiSystem = 'github' | 'gitlab';

export interface Pipeline {
  readonly ci: CiSystem;
  readonly file: string;
  /** The file that has to include it; null where the CI system finds it by itself. */
  readonly includeIn: string | null;
}

/** Where CI systems look, the best place first; what is there already can include the second. */
const PLACES: Record<CiSystem, readonly [string, string?]> = {
  github: ['.github/workflows/swarm.yml'],
  gitlab: ['.gitlab-ci.yml', '.gitlab/swarm.yml'],
};

/** Needs no quotes, neither in a shell nor in YAML. */
const PLAIN_PATH = /^(?!\.\.\/)\w[\w./-]*$/;

/** Where the pipeline will stand; fails when nothing can be written there, and never replaces a file. */
export function pipelineFor(ci: CiSystem, clusterFile: string): Pipeline {
  if (!PLAIN_PATH.test(path.relative('', clusterFile))) {
    throw new SwarmctlError('USAGE', `a pipeline cannot name the cluster file ${clusterFile}`, {
      suggestions: ['a file in this folder or below, without spaces and the like in its name'],
    });
  }
  const [first, second] = PLACES[ci];
  if (!existsSync(first)) return { ci, file: first, includeIn: null };
  if (second !== undefined && !existsSync(second)) return { ci, file: second, includeIn: first };
  throw new SwarmctlError('USAGE', `${second ?? first} is there already; nothing was written`, {
    suggestions: ['move it away, and take from it afterwards what is yours'],
  });
}

/** Writes the pipeline, which installs this version of swarmctl. */
export async function writePipeline(
  { ci, file }: Pipeline,
  clusterFile: string,
  version: string,
): Promise<void> {
  const template = await readTemplate(`ci/${ci}.yml`);
  const text = template
    .replaceAll('<file>', path.relative('', clusterFile))
    .replaceAll('<version>', version);
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    throw new SwarmctlError('USAGE', `${file} cannot be written: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}
