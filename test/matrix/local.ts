import { Workplace } from '../helpers/workplace.ts';
import { sandbox } from '../helpers/settings.ts';
import type { Ground } from './ground.ts';

const FOREIGN = 'foreign-to-the-matrix';

/** Containers of the sandbox's engine, beside something that somebody else has there. */
export async function localGround(): Promise<{ ground: Ground; close: () => Promise<void> }> {
  const place = await Workplace.open();
  await place.docker('network', 'create', FOREIGN);
  await place.docker('volume', 'create', FOREIGN);
  const foreign = ['--name', FOREIGN, '--network', FOREIGN, '--volume', `${FOREIGN}:/data`];
  await place.docker('run', '--detach', ...foreign, sandbox.sleeperImage(), 'sleep', '100000');
  const ground: Ground = {
    place,
    nodes: 1,
    create: (name, flags) => place.createArguments(name, ['--nodes', '1', ...flags]),
    async traces() {
      const lists = await Promise.all([
        place.docker('ps', '--all', '--no-trunc', '--format', '{{.Names}} {{.ID}} {{.State}}'),
        place.docker('volume', 'ls', '--quiet'),
        place.docker('network', 'ls', '--no-trunc', '--quiet'),
        place.docker('images', '--all', '--no-trunc', '--quiet'),
      ]);
      return lists.map((list) => list.split('\n').sort().join('\n')).join('\n\n');
    },
  };
  const close = async () => {
    await place.docker('rm', '--force', FOREIGN);
    await place.docker('volume', 'rm', FOREIGN);
    await place.docker('network', 'rm', FOREIGN);
    await place.close();
  };
  return { ground, close };
}
