import path from 'node:path';
import { isLocal } from '../cluster/record.ts';
import { inTerminal } from '../engine/docker-cli.ts';
import { SwarmctlError } from '../errors.ts';
import { containerName } from '../hosts/local/names.ts';
import { localHosts } from '../steps/world.ts';
import type { ActionContext } from './context.ts';
import { findHost } from './find-host.ts';
import { openWorld } from './open-world.ts';
import { connectionTo, CONNECT_DEADLINE } from './shell-on-host.ts';

interface Wanted {
  /** `HOST:path`, or a path here. */
  readonly sources: readonly string[];
  readonly target: string;
  readonly cluster: string | undefined;
  readonly recursive: boolean;
}

/** Copies files between this machine and a host; returns the exit code of what did it. */
export async function copyBetween(wanted: Wanted, context: ActionContext): Promise<number> {
  const { recursive } = wanted;
  const plan = planOf(wanted);
  const { record, host } = await findHost(plan.host, wanted.cluster, context);
  const world = await openWorld(record, context, { patience: CONNECT_DEADLINE });
  try {
    if (!isLocal(host)) {
      await connectionTo(world, host);
      return await world.servers.copy(host.url, { ...plan, recursive }, context.signal);
    }
    const inside = (file: string) => `${containerName(host.name)}:${file}`;
    for (const from of plan.from) {
      // A path with a colon is no container to docker cp when it begins with a slash.
      const pair =
        plan.direction === 'there'
          ? [path.resolve(from), inside(plan.to)]
          : [inside(from), path.resolve(plan.to)];
      const exitCode = await inTerminal(
        localHosts(world).outer.url,
        ['cp', ...pair],
        context.signal,
      );
      if (exitCode !== 0) return exitCode;
    }
    return 0;
  } finally {
    await world.dispose();
  }
}

function planOf({ sources, target }: Wanted) {
  const from = sources.map(parse);
  const to = parse(target);
  const hosts = [...new Set([...from, to].flatMap(({ host }) => host ?? []))];
  const [host] = hosts;
  const isRemote = from.every((each) => each.host !== undefined);
  const isHere = from.every((each) => each.host === undefined);
  if (host === undefined || hosts.length > 1 || (to.host === undefined ? !isRemote : !isHere)) {
    throw new SwarmctlError(
      'USAGE',
      'one side has to be here and the other on one host, as HOST:PATH',
      {
        suggestions: ['swarmctl scp file etcd-1:/tmp/', 'swarmctl scp etcd-1:/var/log/syslog .'],
      },
    );
  }
  const direction: 'there' | 'here' = to.host === undefined ? 'here' : 'there';
  return { host, from: from.map(({ file }) => file), to: to.file, direction };
}

/** A colon after a slash is part of a path here, as scp has it. */
function parse(text: string): { host: string | undefined; file: string } {
  const [, host, file] = /^([^/:]+):(.*)$/s.exec(text) ?? [];
  return host === undefined
    ? { host, file: text }
    : { host, file: file === '' ? '.' : (file ?? '') };
}
