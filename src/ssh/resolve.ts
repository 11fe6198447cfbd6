import { homedir } from 'node:os';
import path from 'node:path';
import { SwarmctlError } from '../errors.ts';
import { ask } from './child.ts';
import { sayByHand, sayHost, type SshTarget } from './target.ts';
import { ownWords } from './words.ts';

/** What ssh makes of a target, after `~/.ssh/config`. */
export interface Resolved {
  readonly user: string;
  readonly hostname: string;
  readonly port: number;
  readonly identityFiles: readonly string[];
  readonly knownHostsFiles: readonly string[];
}

/** The arguments that say where to go. */
export function targetArguments({ host, user, port }: SshTarget): string[] {
  return [
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    '--',
    host,
  ];
}

/** Asks ssh itself, which knows every rule of its config files. */
export async function resolve(
  target: SshTarget,
  configFile: string | undefined,
  signal: AbortSignal,
): Promise<Resolved> {
  const config = configFile === undefined ? [] : ['-F', configFile];
  const args = ['-G', '-T', ...config, ...targetArguments(target)];
  const { exitCode, stdout, stderr } = await ask('ssh', args, signal);
  signal.throwIfAborted();
  const host = sayHost(target);
  if (exitCode === 127) {
    throw new SwarmctlError('SSH_UNREACHABLE', `cannot connect to ${host}: ssh is not installed`, {
      host,
      suggestions: ['install OpenSSH, on Debian: sudo apt-get install openssh-client'],
    });
  }
  if (exitCode !== 0) {
    throw new SwarmctlError(
      'SSH_UNREACHABLE',
      `cannot connect to ${host}: ssh does not accept its configuration; ssh says: ${ownWords(stderr)}`,
      { host, suggestions: [`ssh -G ${sayByHand(target)}`] },
    );
  }
  const values = (name: string) =>
    [...stdout.matchAll(new RegExp(`^${name} (.*)$`, 'gm'))].map(([, value]) => value ?? '');
  return {
    user: values('user')[0] ?? '',
    hostname: values('hostname')[0] ?? target.host,
    port: Number(values('port')[0] ?? 22),
    identityFiles: values('identityfile').map(expandHome),
    knownHostsFiles: (values('userknownhostsfile')[0] ?? '')
      .split(/ (?=[/~])/)
      .filter((file) => file !== 'none' && file !== '/dev/null'),
  };
}

function expandHome(file: string): string {
  return file.startsWith('~/') ? path.join(homedir(), file.slice(2)) : file;
}
