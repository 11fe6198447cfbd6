import { writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { DEFAULTS, type Settings } from '../config/settings.ts';
import { fillClusterFile } from '../config/write.ts';
import { storeImages } from '../discovery/index.ts';
import { SwarmctlError, reasonOf } from '../errors.ts';
import { readTemplate } from '../util/template.ts';
import { checkedSpec, requested } from './cluster-request.ts';

/** What a new cluster file is asked to say; the rest is as without a file. */
type Answers = Partial<Pick<Settings, 'name' | 'discovery' | 'nodes' | 'swarm-strategy'>>;

export interface WrittenConfig {
  readonly file: string;
  /** Of the cluster. */
  readonly name: string;
}

/** Fails when there is something in the way that must stay; to be called before questions. */
export function refuseToOverwrite(file: string, force: boolean): void {
  if (force || !existsSync(file)) return;
  throw new SwarmctlError('USAGE', `${file} is there already; nothing was written`, {
    suggestions: ['another name with --file, or --force to write over it'],
  });
}

/** Writes a cluster file that `create` takes, with the further keys as comments. */
export async function initConfig(
  file: string,
  force: boolean,
  answers: Answers,
): Promise<WrittenConfig> {
  refuseToOverwrite(file, force);
  const images = Object.fromEntries(
    storeImages.map(({ kind, defaultImage }) => [`${kind}-image`, defaultImage]),
  );
  const settings: Settings = { ...DEFAULTS, ...images, ...answers };
  const { name } = await checkedSpec(requested(settings));
  const text = fillClusterFile(await readTemplate('swarmctl.yaml'), { ...settings, name });
  try {
    await writeFile(file, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    throw new SwarmctlError('USAGE', `${file} cannot be written: ${reasonOf(error)}`, {
      cause: error,
    });
  }
  return { file, name };
}
