import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';

/** What of this machine decides how one gets to a Docker Engine. */
export interface ThisMachine {
  readonly platform: NodeJS.Platform;
  /** `ID` of /etc/os-release, such as `debian`; empty where there is none. */
  readonly distribution: string;
  /** Those it says it is like. */
  readonly like: readonly string[];
  readonly systemd: boolean;
  readonly user: string;
  /** Whether a program is in the PATH. */
  readonly has: (program: string) => boolean;
  readonly isSocket: (file: string) => boolean;
  /** The group that a file belongs to, unless it is that of root or its members may not use it. */
  readonly groupOf: (
    file: string,
  ) => { readonly name: string; readonly member: boolean } | undefined;
}

/** Looks at it; whatever cannot be looked at counts as not there. */
export function thisMachine(env: NodeJS.ProcessEnv): ThisMachine {
  const release = new Map(
    readLines('/etc/os-release').map((line) => {
      const [key = '', value = ''] = line.split('=');
      return [key, value.replace(/^["']|["']$/g, '')];
    }),
  );
  const user = userOf(env);
  return {
    platform: process.platform,
    distribution: release.get('ID') ?? '',
    like: (release.get('ID_LIKE') ?? '').split(' '),
    systemd: has(() => statSync('/run/systemd/system').isDirectory()),
    user,
    has: (program) =>
      ['/usr/sbin', '/sbin', ...(env.PATH ?? '').split(path.delimiter)].some((folder) =>
        has(() => {
          accessSync(path.join(folder, program), constants.X_OK);
          return true;
        }),
      ),
    isSocket: (file) => has(() => statSync(file).isSocket()),
    groupOf: (file) => groupOf(file, user),
  };
}

function groupOf(file: string, user: string) {
  try {
    const { gid, mode } = statSync(file);
    // Connecting takes the right to write. (unix(7))
    if (gid === 0 || (mode & 0o020) === 0) return undefined;
    const group = readLines('/etc/group')
      .map((line) => line.split(':'))
      .find(([, , id]) => id === String(gid));
    if (group?.[0] === undefined) return undefined;
    return { name: group[0], member: (group[3] ?? '').split(',').includes(user) };
  } catch {
    return undefined;
  }
}

function userOf(env: NodeJS.ProcessEnv): string {
  try {
    return userInfo().username;
  } catch {
    // A user that is in no list, as in containers.
    return env.USER ?? '';
  }
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

function has(look: () => boolean): boolean {
  try {
    return look();
  } catch {
    return false;
  }
}
