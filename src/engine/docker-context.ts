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
  const id = createHash('sha256').update(name).digest('hex');
  const folder = path.join(config, 'contexts');
  const { Host, SkipTLSVerify } = await readEndpoint(config, id, name);
  const tls = await findTls(path.join(folder, 'tls', id, 'docker'), `docker context ${name}`);
  return { host: Host || DEFAULT_HOST, ...(tls && { tls }), skipVerify: SkipTLSVerify ?? false };
}

interface Meta {
  readonly Name?: string;
  readonly Endpoints?: {
    readonly docker?: { readonly Host?: string; readonly SkipTLSVerify?: boolean };
  };
}

async function readEndpoint(config: string, id: string, name: string) {
  const file = path.join(metaFolder(config), id, 'meta.json');
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
    ids.map((id) => readMeta(path.join(folder, id, 'meta.json')).catch((): Meta => ({}))),
  );
  return ['default', ...metas.flatMap(({ Name }) => Name ?? []).sort()];
}

function metaFolder(config: string): string {
  return path.join(config, 'contexts', 'meta');
}

async function readMeta(file: string): Promise<Meta> {
  return JSON.parse(await readFile(file, 'utf8')) as Meta;
}
