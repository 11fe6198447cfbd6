import { writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { DEFAULTS, type Settings } from '../config/settings.ts';
import { fillClusterFile } from '../config/write.ts';
import { storeImages } from '../discovery/index.ts';
import { dockerConfigFolder } from '../engine/docker-context.ts';
import { SwarmctlError, reasonOf } from '../errors.ts';
import { readTemplate } from '../util/template.ts';
import { checkedSpec, nodesProblems, requested } from './cluster-request.ts';
import type { ActionContext } from './context.ts';
import { clusterNamed } from './open-cluster-file.ts';
import { hostsOf } from './requested-hosts.ts';

/** What a new cluster file is asked to say; the rest is as without a file. */
type Answers = Partial<
  Pick<Settings, 'name' | 'discovery' | 'swarm-strategy' | 'local-address' | PathSetting>
> & {
  readonly nodes?: number | undefined;
  readonly host?: readonly string[] | undefined;
};

const PATHS = ['ssh-key', 'tls-ca-cert', 'tls-cert', 'tls-key'] as const;
type PathSetting = (typeof PATHS)[number];

export interface WrittenConfig {
  readonly file: string;
  /** Of the cluster. */
  readonly name: string;
}

/** What the arguments of `init` are: a name first, if there is one, and hosts. */
export function nameAndHosts(words: readonly string[]): {
  readonly name?: string;
  readonly host?: readonly string[];
} {
  const [first, ...more] = words;
  // No name has these in it, and next to no URL has none of them.
  const isHost = first === undefined || first === 'local' || /[.:/@[\]]/.test(first);
  const host = isHost ? words : more;
  return { ...(!isHost && { name: first }), ...(host.length > 0 && { host }) };
}

/** Why hosts cannot be meant so; undefined when they can. */
export function hostsFault(host: readonly string[]): string | undefined {
  const { problems } = hostsOf({ ...DEFAULTS, host });
  return problems[0]?.sentence.replace(/^--host /, '');
}

/** Fails when there is something in the way that must stay; to be called before questions. */
export function refuseToOverwrite(file: string, force: boolean): void {
  if (force || !existsSync(file)) return;
  throw new SwarmctlError('USAGE', `${file} is there already; nothing was written`, {
    suggestions: ['another name with --file, or --force to write over it'],
  });
}

/** The cluster file that is there, where nothing was said of a new one. */
export async function foundConfig(
  file: string,
  said: { readonly [setting in keyof Answers]: Answers[setting] | undefined },
  context: Pick<ActionContext, 'env'>,
): Promise<WrittenConfig | undefined> {
  const isSaid = Object.values(said).some((value) => value !== undefined);
  if (isSaid || !existsSync(file)) return undefined;
  const name = await clusterNamed(undefined, file, context);
  return name === undefined ? undefined : { file, name };
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
  const { host = [], nodes = host.length > 0 ? host.length - 1 : DEFAULTS.nodes } = answers;
  const settings: Settings = { ...DEFAULTS, ...images, ...answers, host, nodes };
  const request = requested(settings);
  const { name } = await checkedSpec({
    ...request,
    hostProblems: [...request.hostProblems, ...nodesProblems(request, nodes)],
    dockerConfig: dockerConfigFolder(process.env, homedir()),
  });
  const paths = PATHS.map((setting) => [setting, fromFile(file, answers[setting])]);
  const said = { ...answers, ...(Object.fromEntries(paths) as Pick<Settings, PathSetting>) };
  const template = await readTemplate('swarmctl.yaml');
  const text = fillClusterFile(template, { ...settings, name }, { ...said, name, host, nodes });
  try {
    await writeFile(file, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    throw new SwarmctlError('USAGE', `${file} cannot be written: ${reasonOf(error)}`, {
      cause: error,
    });
  }
  return { file, name };
}

/** A path from here as one from the folder of the file. */
function fromFile(file: string, given: string | undefined): string | undefined {
  if (given === undefined || path.isAbsolute(given)) return given;
  return path.relative(path.dirname(path.resolve(file)), path.resolve(given));
}
