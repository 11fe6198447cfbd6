import { isLocal, type Host } from '../cluster/record.ts';
import { inTerminal } from '../engine/docker-cli.ts';
import { SwarmctlError } from '../errors.ts';
import { isSsh } from '../hosts/kind.ts';
import { containerName } from '../hosts/local/names.ts';
import { localHosts, type World } from '../steps/world.ts';
import type { ActionContext } from './context.ts';
import { findHost } from './find-host.ts';
import { openWorld } from './open-world.ts';

/** Milliseconds; somebody waits for it. */
export const CONNECT_DEADLINE = 30_000;

interface Wanted {
  readonly host: string;
  readonly cluster: string | undefined;
  /** A login shell when empty. */
  readonly command: readonly string[];
  readonly tty: boolean;
}

/** Gives a command on a host this process' standard streams, and returns its exit code. */
export async function shellOnHost(
  { host: name, cluster, command, tty }: Wanted,
  context: ActionContext,
): Promise<number> {
  const { record, host } = await findHost(name, cluster, context);
  const world = await openWorld(record, context, { patience: CONNECT_DEADLINE });
  try {
    if (isLocal(host)) {
      const shell = command.length === 0 ? ['sh', '-l'] : command;
      const flags = ['exec', '--interactive', ...(tty ? ['--tty'] : [])];
      const args = [...flags, containerName(host.name), ...shell];
      return await inTerminal(localHosts(world).outer.url, args, context.signal);
    }
    const connection = await connectionTo(world, host);
    return await connection.interact(
      command.length === 0 ? undefined : command,
      tty,
      context.signal,
    );
  } finally {
    await world.dispose();
  }
}

/** The connection to a server; an engine alone has none. */
export function connectionTo({ servers }: Pick<World, 'servers'>, host: Host) {
  if (isSsh(host)) return servers.connection(host.url);
  throw new SwarmctlError(
    'USAGE',
    `${host.name} is an engine at ${host.url}, and nothing else of it can be reached`,
    {
      host: host.name,
      suggestions: [
        'run a container on it: swarmctl env, docker run --env constraint:node==NAME …',
      ],
    },
  );
}
