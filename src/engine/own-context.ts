import { access, constants, readFile, realpath, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomically } from '../util/atomic-file.ts';
import {
  contextFolders,
  currentContext,
  metaFile,
  readContext,
  type ContextMeta,
} from './docker-context.ts';
import type { TlsClient } from './endpoint.ts';

/** A context of the docker CLI that this program makes. */
export interface OwnContext {
  readonly name: string;
  readonly host: string;
  /** PEM texts; undefined where the API has no TLS. */
  readonly tls: Pick<TlsClient, 'ca' | 'cert' | 'key'> | undefined;
  /** For people, in `docker context ls`. */
  readonly description: string;
  /** By which it is known again: entries of its metadata that the docker CLI keeps and passes over. */
  readonly marks: Marks;
}

type Marks = Readonly<Record<string, string>>;

/** Whose the context of that name is: ours when it bears these marks, whatever else may lack. */
export async function whoseContext(
  config: string,
  { name, marks }: Pick<OwnContext, 'name' | 'marks'>,
): Promise<'ours' | 'foreign' | 'nobody'> {
  const text = await textOf(metaFile(contextFolders(config, name).meta));
  if (text === undefined) return 'nobody';
  const found = metadataIn(text);
  const isOurs = Object.entries(marks).every(([mark, value]) => found?.[mark] === value);
  return isOurs ? 'ours' : 'foreign';
}

/** Whether it is there and leads where it is to lead. */
export async function isContextMade(
  config: string,
  { name, host, tls }: OwnContext,
): Promise<boolean> {
  const found = await readContext(config, name).catch(() => undefined);
  const { ca, cert, key } = found?.tls ?? {};
  return found?.host === host && ca === tls?.ca && cert === tls?.cert && key === tls?.key;
}

/** Why there can be no context in that folder; undefined when there can. Changes nothing. */
export async function whyNoContexts(config: string): Promise<string | undefined> {
  for (let folder = path.join(config, 'contexts'); ; folder = path.dirname(folder)) {
    try {
      await access(folder, constants.W_OK | constants.X_OK);
      return undefined;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      // What is not there can be made, if the folder above can be written.
      if (code !== 'ENOENT' || folder === path.dirname(folder)) return message;
    }
  }
}

/** Makes it, or puts it right. */
export async function makeContext(config: string, context: OwnContext): Promise<void> {
  const { name, host, tls, description, marks } = context;
  const folders = contextFolders(config, name);
  const meta: ContextMeta = {
    Name: name,
    Metadata: { Description: description, ...marks },
    Endpoints: { docker: { Host: host, SkipTLSVerify: false } },
  };
  // First, and removed last: with it whatever is there is known to be ours.
  await writeFileAtomically(metaFile(folders.meta), JSON.stringify(meta));
  if (!tls) {
    await rm(folders.tls, { recursive: true, force: true });
    return;
  }
  const files = { 'ca.pem': tls.ca, 'cert.pem': tls.cert, 'key.pem': tls.key };
  for (const [file, text] of Object.entries(files)) {
    await writeFileAtomically(path.join(folders.tls, 'docker', file), text);
  }
}

/** Removes it, or what is left of it. */
export async function removeContext(config: string, name: string): Promise<void> {
  const { meta, tls } = contextFolders(config, name);
  for (const folder of [tls, meta]) {
    await rm(folder, { recursive: true, force: true }).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
  }
}

/** Chooses the default context where this one is chosen for all commands; whether it was. */
export async function leaveContext(config: string, name: string): Promise<boolean> {
  if ((await currentContext(config)) !== name) return false;
  // The person's file: it may be a link, and others may have to read it.
  const file = await realpath(path.join(config, 'config.json'));
  const settings = JSON.parse(await readFile(file, 'utf8')) as object;
  const text = JSON.stringify({ ...settings, currentContext: undefined }, null, '\t');
  await writeFileAtomically(file, `${text}\n`, await stat(file));
  return true;
}

async function textOf(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
}

/** Also where something else is in the place of the docker CLI's folder. */
function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
}

/** Undefined where the text is not what the docker CLI writes. */
function metadataIn(text: string): ContextMeta['Metadata'] | null {
  try {
    return (JSON.parse(text) as ContextMeta | null)?.Metadata;
  } catch {
    return undefined;
  }
}
