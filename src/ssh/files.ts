import { SwarmctlError } from '../errors.ts';
import { readTemplate } from '../util/template.ts';
import type { CommandOptions, RunOptions, RunResult, SshConnection } from './connection.ts';
import { ownWords } from './words.ts';

/** A file to place on a host; missing folders are made, with mode 0755. */
interface RemoteFile {
  /** An absolute path. */
  readonly path: string;
  readonly content: string | Uint8Array;
  /** Permission bits; 0o644 when left out. */
  readonly mode?: number;
  /** As chown takes it, `root:docker` for one; whoever writes it when left out. */
  readonly owner?: string;
}

const LARGEST_FILE = 16 * 1024 * 1024;

/** Puts a file on the host: a reader sees the old one or the new one, never a part. */
export async function putFile(
  connection: SshConnection,
  { path, content, mode = 0o644, owner = '' }: RemoteFile,
  options: CommandOptions,
): Promise<void> {
  const bytes = Buffer.from(content);
  const script = await readTemplate('ssh/put-file.sh');
  const values = [absolute(path), String(bytes.length), mode.toString(8), owner];
  const outcome = await connection.run(['sh', '-c', script, 'put-file', ...values], {
    ...options,
    stdin: bytes,
  });
  check(connection, outcome, `write ${path}`);
}

/** The content of a file; undefined when there is none. */
export async function readFile(
  connection: SshConnection,
  path: string,
  options: CommandOptions,
): Promise<Buffer | undefined> {
  const outcome = await plainly(connection, ['cat', '--', absolute(path)], {
    ...options,
    limit: LARGEST_FILE,
  });
  if (outcome.exitCode !== 0 && outcome.stderr.includes('No such file or directory'))
    return undefined;
  check(connection, outcome, `read ${path}`);
  if (outcome.truncated) {
    throw new SwarmctlError('STEP_FAILED', `cannot read ${path}: it is too large`, {
      host: connection.host,
    });
  }
  return outcome.stdout;
}

/** Removes a file, or a folder with all that is in it; one that is gone is fine. */
export async function remove(
  connection: SshConnection,
  path: string,
  options: CommandOptions,
): Promise<void> {
  const outcome = await plainly(connection, ['rm', '-rf', '--', absolute(path)], options);
  check(connection, outcome, `remove ${path}`);
}

/** With messages that can be read by a program. */
async function plainly(
  connection: SshConnection,
  command: readonly string[],
  options: RunOptions,
): Promise<RunResult> {
  return connection.run(['env', 'LC_ALL=C', ...command], options);
}

function absolute(path: string): string {
  if (!/^\/+[^/]/.test(path)) throw new Error(`not an absolute path below /: ${path}`);
  return path;
}

function check({ host }: SshConnection, { exitCode, stderr }: RunResult, what: string): void {
  if (exitCode === 0) return;
  const reason = ownWords(stderr) || `exit code ${exitCode}`;
  throw new SwarmctlError('STEP_FAILED', `cannot ${what} on ${host}: ${reason}`, { host });
}
