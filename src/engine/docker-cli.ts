import { SwarmctlError } from '../errors.ts';

/** Major version of the docker CLI on the PATH; undefined when there is none. */
export async function dockerCliVersion(env: NodeJS.ProcessEnv): Promise<number | undefined> {
  const major = /version (\d+)\./.exec((await dockerCliBanner(env)) ?? '')?.[1];
  return major === undefined ? undefined : Number(major);
}

/** What the docker CLI on the PATH says of its version; undefined when there is none. */
export async function dockerCliBanner(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const { execa } = await import('execa');
  const { stdout, failed } = await execa('docker', ['--version'], {
    env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: 3000,
  });
  return failed ? undefined : stdout;
}

/** Runs the docker CLI in the person's terminal and returns its exit code, unless the signal ends it. */
export async function inTerminal(
  url: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const { execa } = await import('execa');
  const { exitCode, code } = await execa('docker', ['--host', url, ...args], {
    stdio: 'inherit',
    reject: false,
    cleanup: false,
    cancelSignal: signal,
  });
  signal.throwIfAborted();
  if (code === 'ENOENT') throw missing();
  return exitCode ?? 255;
}

/** Starts the docker CLI, whose outputs somebody else reads. */
export async function startDocker(url: string, args: readonly string[], signal: AbortSignal) {
  const { execa } = await import('execa');
  const child = execa('docker', ['--host', url, ...args], {
    ...{ stdin: 'pipe', stdout: 'pipe', stderr: 'pipe', buffer: false, reject: false },
    cancelSignal: signal,
  });
  const ended = child.then(({ exitCode, code }) => {
    if (code === 'ENOENT') throw missing();
    return exitCode ?? 255;
  });
  ended.catch(() => undefined);
  return { stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, ended };
}

function missing(): SwarmctlError {
  return new SwarmctlError('USAGE', 'this takes the docker command, which is not installed', {
    suggestions: ['on Debian: sudo apt-get install docker.io'],
  });
}
