import path from 'node:path';
import { masterOf } from '../cluster/record.ts';
import type { FileToPut } from '../engine/pack-files.ts';
import type { Step } from '../plan/step.ts';
import { localHosts, onHost, type World } from './world.ts';

/** Puts on a local master what its discovery reads there, and puts it right when it is not as it was. */
export function putDiscoveryFiles(world: World): Step {
  const { record, discovery, hosts } = world;
  const master = masterOf(record);
  const wanted = async (): Promise<FileToPut[]> => (await discovery.files?.(record)) ?? [];
  return {
    id: `discovery files ${master.name}`,
    title: `put the files of ${discovery.kind} in place`,
    ...onHost(master),
    async isDone(signal) {
      const files = await wanted();
      const right = await Promise.all(
        files.map(async (file) => {
          const there = await hosts.read(master, path.posix.dirname(file.path), signal);
          return there.get(path.posix.basename(file.path)) === file.text;
        }),
      );
      return right.every(Boolean);
    },
    run: async ({ signal }) => localHosts(world).put(master, await wanted(), signal),
  };
}
