import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { SwarmctlError, reasonOf } from '../errors.ts';
import { closest } from '../util/closest.ts';
import type { TlsClient } from './endpoint.ts';
import { findTls } from './read-tls.ts';

/** Where the docker CLI goes when nothing else is said. */
const DEFAULT_HOST = 'unix:///var/run/docker.sock';

/** A context of the docker CLI. */
interface DockerContext {
  /** `tcp://`, `ssh://` or `unix://`, as it was given. */
  readonly host: string;
  readonly tls?: TlsClient;
  /** Whether the docker CLI takes any certificate of the engine. */
  readonly skipVerify: boolean;
}

/**
 * A context from the store in the docker CLI's folder, which is most often `~/.docker`.
 * (docker/cli: cli/context/store; an ID is the SHA-256 of a name)
 */
export async function readContext(config: string, name: string): Promise<DockerContext> {
  // The one that is not in the store.
  if (name === 'default') return { host: DEFAULT_HOST, skipVerify: false };
  const { Host, SkipTLSVerify } = await readEndpoint(config, name);
  const { tls: files } = contextFolders(config, name);
  const tls = await findTls(path.join(files, 'docker'), `docker context ${name}`);
  return { host: Host || DEFAULT_HOST, ...(tls && { tls }), skipVerify: SkipTLSVerify ?? false };
}

/** The folder of the docker CLI. As in it, a variable that is empty counts as not set. */
export function dockerConfigFolder(env: NodeJS.ProcessEnv, home: string): string {
  return env.DOCKER_CONFIG || path.join(home, '.docker');
}

/** The context that is chosen for all commands; undefined when none is. */
export async function currentContext(config: string): Promise<string | undefined> {
  try {
    const text = await readFile(path.join(config, 'config.json'), 'utf8');
    return (JSON.parse(text) as { currentContext?: string }).currentContext;
  } catch {
    return undefined;
  }
}

/** Where the two parts of a context are, of which the first names and describes it. */
export function contextFolders(config: string, name: string): { meta: string; tls: string } {
  const id = createHash('sha256').update(name).digest('hex');
  return { meta: path.join(metaFolder(config), id), tls: path.join(config, 'contexts/tls', id) };
}

/** What the store knows of a context, as the docker CLI writes it. */
export interface ContextMeta {
  readonly Name?: string;
  readonly Metadata?: Readonly<Record<string, unknown>>;
  readonly Endpoints?: {
    readonly docker?: { readonly Host?: string; readonly SkipTLSVerify?: boolean };
  };
}

async function readEndpoint(config: string, name: string) {
  const file = metaFile(contextFolders(config, name).meta);
  try {
    return (await readMeta(file)).Endpoints?.docker ?? {};
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw await unknown(config, name);
    throw new SwarmctlError(
      'ENGINE_UNREACHABLE',
      `cannot read the docker context "${name}" from ${file}: ${reasonOf(error)}`,
      {
        cause: error,
        suggestions: [`see what docker makes of it: docker context inspect ${name}`],
      },
    );
  }
}

async function unknown(config: string, name: string): Promise<SwarmctlError> {
  const known = await contextNames(config);
  const meant = closest(name, known);
  return new SwarmctlError('ENGINE_UNREACHABLE', `there is no docker context "${name}"`, {
    suggestions: [
      ...(meant === undefined ? [] : [`did you mean ${meant}?`]),
      `docker context ls (known are: ${known.join(', ')})`,
    ],
  });
}

/** The names of all contexts; those that cannot be read are left out. */
async function contextNames(config: string): Promise<string[]> {
  const folder = metaFolder(config);
  const ids = await readdir(folder).catch(() => []);
  const metas = await Promise.all(
    ids.map((id) => readMeta(metaFile(path.join(folder, id))).catch((): ContextMeta => ({}))),
  );
  return ['default', ...metas.flatMap(({ Name }) => Name ?? []).sort()];
}

function metaFolder(config: string): string {
  return path.join(config, 'contexts', 'meta');
}

export function metaFile(folder: string): string {
  return path.join(folder, 'meta.json');
}

async function readMeta(file: string): Promise<ContextMeta> {
  return JSON.parse(await readFile(file, 'utf8')) as ContextMeta;
}
