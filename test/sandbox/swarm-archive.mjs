import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { Unmet } from './unmet.mjs';

/**
 * The archive of the real swarm image that the person has given, if any.
 *
 * @returns {Promise<string | undefined>}
 */
export async function swarmArchive() {
  const given = process.env.SWARMCTL_SWARM_ARCHIVE;
  if (!given) return undefined;
  const file = path.resolve(given);
  await access(file, constants.R_OK).catch(() => {
    throw new Unmet(`SWARMCTL_SWARM_ARCHIVE: ${file} cannot be read`);
  });
  return file;
}
