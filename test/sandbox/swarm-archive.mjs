import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { setting } from './setting.mjs';
import { Unmet } from './unmet.mjs';

/**
 * The archive of the real swarm image that the person has given, if any.
 *
 * @returns {Promise<string | undefined>}
 */
export async function swarmArchive() {
  const given = setting('SWARMCTL_SWARM_ARCHIVE');
  if (given === undefined) return undefined;
  const file = path.resolve(given);
  await access(file, constants.R_OK).catch(() => {
    throw new Unmet(`SWARMCTL_SWARM_ARCHIVE: ${file} cannot be read`);
  });
  return file;
}
