/** How one logs in to a registry. */
export type Credentials =
  { readonly username: string; readonly password: string } | { readonly identitytoken: string };

/** A helper may ask the person to unlock a keychain. */
const DEADLINE = 60_000;

/** The words by which helpers say that there is nothing to be found. */
const NOT_FOUND = 'credentials not found';

/**
 * Asks `docker-credential-NAME`, which `file` names, for the credentials of a registry; undefined
 * when it has none. What a helper says goes into an error only when it failed: it is a password
 * otherwise. (docker/docker-credential-helpers)
 */
export async function askHelper(
  { name, file }: { readonly name: string; readonly file: string },
  registry: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Credentials | undefined> {
  signal.throwIfAborted();
  const command = `docker-credential-${name}`;
  const { execa } = await import('execa');
  const ended = await execa(command, ['get'], {
    env,
    extendEnv: false,
    input: registry,
    reject: false,
    timeout: DEADLINE,
    cancelSignal: signal,
  });
  signal.throwIfAborted();
  const { failed, stdout, stderr } = ended;
  if (!failed) return parse(stdout, command);
  if (`${stdout}${stderr}`.includes(NOT_FOUND)) return undefined;
  if (ended.code === 'ENOENT') {
    throw new Error(`the credential helper ${command}, named in ${file}, is not installed`);
  }
  const reason = ended.timedOut
    ? `no answer within ${DEADLINE / 1000}s`
    : firstLine(stderr) || firstLine(stdout) || `exit code ${ended.exitCode ?? '?'}`;
  throw new Error(`the credential helper ${command}, named in ${file}, failed: ${reason}`);
}

function parse(text: string, command: string): Credentials | undefined {
  let found: { Username?: unknown; Secret?: unknown } | null;
  try {
    found = JSON.parse(text) as typeof found;
  } catch {
    found = null;
  }
  const { Username: username, Secret: secret } = found ?? {};
  if (typeof username !== 'string' || typeof secret !== 'string') {
    throw new Error(`the credential helper ${command} gave something that is no credential`);
  }
  if (username === '<token>') return { identitytoken: secret };
  return username === '' && secret === '' ? undefined : { username, password: secret };
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
