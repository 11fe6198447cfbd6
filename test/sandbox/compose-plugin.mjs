import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { aptUnpack, otherSuite } from './apt.mjs';
import { cachedFile } from './cache.mjs';
import { must } from './exec.mjs';
import { temporaryFolder } from './temporary.mjs';

/** That of Debian 12 is still version 1. */
const SUITE = 'sid';
const PACKAGE = 'docker-compose';
const PLUGIN = 'usr/libexec/docker/cli-plugins/docker-compose';

/**
 * The file of `docker compose`, version 2: a plugin of the docker CLI, out of Debian's package. Once
 * fetched it is kept.
 *
 * @param {string} folder For temporary files.
 */
export async function composePlugin(folder) {
  return cachedFile(`docker-compose-${SUITE}-${process.arch}`, (file) =>
    temporaryFolder(folder, async (temporary) => {
      const options = await otherSuite(SUITE, path.join(temporary, SUITE));
      const unpacked = path.join(temporary, 'package');
      await aptUnpack(PACKAGE, { into: unpacked, temporary, options });
      const plugin = path.join(unpacked, PLUGIN);
      // It gets the libraries of this machine.
      await must(plugin, ['version']);
      await copyFile(plugin, file);
    }),
  );
}
