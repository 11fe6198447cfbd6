import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { reasonOf } from '../errors.ts';
import { askHelper, type Credentials } from './credential-helper.ts';

/** Under which the docker CLI keeps the credentials for Docker Hub. */
const HUB_KEY = 'https://index.docker.io/v1/';

/** `config.json` of the docker CLI, the part of it that is about registries. */
interface CliConfig {
  readonly auths?: Readonly<Record<string, FileEntry | undefined>>;
  readonly credsStore?: string;
  readonly credHelpers?: Readonly<Record<string, string | undefined>>;
}

interface FileEntry {
  /** `user:password` in base64. */
  readonly auth?: string;
  readonly identitytoken?: string;
}

/** The registry that holds an image: `host` or `host:port`, `docker.io` when none is named. */
export function registryOf(image: string): string {
  const slash = image.indexOf('/');
  const first = slash < 0 ? '' : image.slice(0, slash);
  // As engines see it: a name of Docker Hub has neither, nor capitals.
  const isHost = /[.:A-Z]/.test(first) || first === 'localhost';
  return !isHost || first === 'index.docker.io' ? 'docker.io' : first;
}

/**
 * The person's credentials for the registry of an image, found as the docker CLI does, in the form
 * of the header `X-Registry-Auth`; undefined when there are none. Rejects with a sentence that holds
 * no secret when they cannot be read. (docker/cli: cli/config/configfile, cli/config/credentials)
 */
export async function credentialsFor(
  image: string,
  { env, home }: { readonly env: NodeJS.ProcessEnv; readonly home: string },
  signal: AbortSignal,
): Promise<string | undefined> {
  const file = path.join(env.DOCKER_CONFIG || path.join(home, '.docker'), 'config.json');
  const config = await readConfig(file);
  const registry = registryOf(image);
  const key = registry === 'docker.io' ? HUB_KEY : registry;
  // One that is empty chooses the file for this registry.
  const helper = config.credHelpers?.[key] ?? config.credHelpers?.[registry] ?? config.credsStore;
  const found = helper
    ? await askHelper({ name: helper, file }, key, env, signal)
    : fromFile(config, key);
  return found && headerOf({ ...found, serveraddress: key });
}

async function readConfig(file: string): Promise<CliConfig> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new Error(`registry credentials cannot be read: ${reasonOf(error)}`);
  }
  try {
    return (JSON.parse(text) as CliConfig | null) ?? {};
  } catch {
    // What a parser says quotes the text.
    throw new Error(`registry credentials cannot be read: ${file} is not JSON`);
  }
}

function fromFile({ auths = {} }: CliConfig, key: string): Credentials | undefined {
  const entry =
    auths[key] ?? Object.entries(auths).find(([address]) => hostnameOf(address) === key)?.[1];
  if (!entry) return undefined;
  const [username = '', ...password] = Buffer.from(entry.auth ?? '', 'base64')
    .toString('utf8')
    .split(':');
  if (entry.identitytoken) return { identitytoken: entry.identitytoken };
  if (username === '') return undefined;
  return { username, password: password.join(':').replace(/\0+$/, '') };
}

/** Older CLIs kept whole URLs. */
function hostnameOf(address: string): string {
  return address.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}

/** Engines want the padding that `base64url` of Node leaves out, and ignore a header without it. */
function headerOf(credentials: object): string {
  const text = Buffer.from(JSON.stringify(credentials)).toString('base64');
  return text.replaceAll('+', '-').replaceAll('/', '_');
}
